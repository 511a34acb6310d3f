"""Who hears of a step: the step names roles around its subject, and packages say who has them.

A role answers user ids; whoever may not see the subject is dropped afterwards, so that no audience can leak.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from marketplace.kernel.events import Event
from marketplace.kernel.mail_kinds import MailKind


@dataclass(frozen=True)
class Audience:
    """Roles that hear of a step. ``mail`` names the template; ``with_actor`` tells who acted, too.

    ``kind`` is the kind of mail, where it is not that of the subject.
    """

    roles: tuple[str, ...]
    mail: str = "message"
    kind: MailKind | None = None
    with_actor: bool = False

    def __or__(self, other: Audience) -> Audience:
        return replace(self, roles=(*self.roles, *other.roles))

    def by(self, mail: str = "message", *, kind: MailKind | None = None, with_actor: bool = False) -> Audience:
        """The same people, told in another way."""
        return Audience(self.roles, mail, kind, with_actor)


Holds = Callable[[Event, Any, datetime], bool]


@dataclass(frozen=True)
class Alert:
    """What those who follow a subject read: ``head`` with its ``title``, and ``says``, while it ``holds``.

    ``is_new`` tells those who follow where it comes from, not itself; ``ends`` that no date lies ahead any more.
    """

    head: Any
    says: Any
    holds: Holds
    is_new: bool = False
    ends: bool = False


def stands(*states: str) -> Holds:
    """Whether a subject stands in one of the states."""
    return lambda _, subject, now: subject.state_at(now) in states


# Roles around the subjects of several packages, the first four by its sides and its readers, whatever it is; a package
# has those of its own in its ``states.py``.
STAFF = Audience(("staff",))  # of the centres
COMPANY, STARTUP = Audience(("company",)), Audience(("startup",))
READERS = Audience(("readers",))
SIDES = COMPANY | STARTUP
EVERYONE = SIDES | STAFF
APPLICANTS = Audience(("applicants",))  # whoever writes an application that a change concerns

# Why a step may be silent, where packages share a reason.
OWN = "only who did it is concerned"
DESK = "it concerns the staff alone, who see it on their desk"
EARLY = "nobody but its author knows of it yet"
CLOCK = "the dates were announced, and desks show what follows"
ELSEWHERE = "another step of the same moment tells it"

People = Callable[[Event, Any], set[int]]

ANY = "any kind of subject"

_people: dict[tuple[str, str], People] = {}


def hears(audience: Audience, subject: str = ANY) -> Callable[[People], People]:
    """Say who has a role around a kind of subject."""

    def add(people: People) -> People:
        (role,) = audience.roles
        _people[subject, role] = people
        return people

    return add


def people_of(audience: Audience, event: Event, subject: Any) -> set[int]:
    """Ids of all who have one of the roles."""
    found = (_people.get((event.subject_type, role)) or _people[ANY, role] for role in audience.roles)
    return set[int]().union(*(people(event, subject) for people in found))


def unknown_roles(audience: Audience, subject: str) -> list[str]:
    """The roles that nobody has around a kind of subject."""
    return [role for role in audience.roles if not {(subject, role), (ANY, role)} & set(_people)]
