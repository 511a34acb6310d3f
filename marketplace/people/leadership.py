"""Who leads an organisation, and what would be left without anybody if the last one went.

The packages above each declare a kind of work that hangs on an organisation's people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Select, select

from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked
from marketplace.kernel.locales import DEFAULT, _l
from marketplace.people import queries
from marketplace.people.models import LEADING_ROLES, Membership, Organisation, User

Work = Callable[[int], Select[int]]  # how many of a kind hang on the people of an organisation, by its id

ALONE = _l("Nobody else leads this organisation. Give somebody else the lead first.")
LAST_STAFF = _l("Nobody else works for this network. Make somebody else its staff first.")

_works: list[tuple[Any, Work]] = []


def hangs_on_people(label: Any) -> Callable[[Work], Work]:
    """Declare work that cannot go on without anybody of the organisation, under the name that people read."""

    def declare(work: Work) -> Work:
        _works.append((label, work))
        return work

    return declare


def work_hanging_on(organisation_id: int) -> list[tuple[Any, int]]:
    """What hangs on an organisation's people now, each kind with how many there are."""
    found = ((label, db.session.scalar(work(organisation_id)) or 0) for label, work in _works)
    return [(label, count) for label, count in found if count]


def left_leaderless(user: User) -> list[tuple[Organisation, list[tuple[Any, int]]]]:
    """The organisations that nobody would lead if this person went, each with what hangs on it."""
    alone = [seat.organisation for seat in queries.seats(user.id) if _obstacle(seat)]
    return [(organisation, work_hanging_on(organisation.id)) for organisation in alone]


def hold_organisations(organisation_ids: Iterable[int]) -> None:
    """Let nobody else leave or change roles there until this transaction ends."""
    wanted = select(Organisation.id).where(Organisation.id.in_(list(organisation_ids)))
    db.session.execute(wanted.order_by(Organisation.id).with_for_update())


def keep_leader(membership: Membership, becoming: str = "") -> None:
    """Refuse to take the lead from the last one who has it, whatever others do at the same time. Raises Blocked."""
    hold_organisations([membership.organisation_id])
    if message := _obstacle(membership, becoming):
        raise Blocked(message)


def keep_leaders(user: User) -> None:
    """Refuse that somebody goes for good on whom others, or work under way, depend. Raises Blocked."""
    hold_organisations(seat.organisation_id for seat in queries.seats(user.id))
    for organisation, work in left_leaderless(user):
        if queries.has_others(organisation.id, user.id):
            raise Blocked(
                _l("You are the last one who leads an organisation that has other members. Hand it over first.")
            )
        if work:
            raise Blocked(
                _l(
                    "Nobody but you can act for %(name)s, and this would be left without anybody: %(work)s. Invite"
                    " somebody else to lead it, or end this first.",
                    name=organisation.name(user.locale or DEFAULT),
                    work=WorkList(work),
                )
            )


class WorkList:
    """Work with its numbers, in the language of whoever reads."""

    def __init__(self, work: list[tuple[Any, int]]) -> None:
        self.work = work

    def __str__(self) -> str:
        return ", ".join(f"{label} ({count})" for label, count in self.work)


def _obstacle(membership: Membership, becoming: str = "") -> Any:
    """Why this seat cannot be left, or become another one; None where others lead."""
    if membership.role not in LEADING_ROLES:
        return None
    others = queries.leading_roles(membership.organisation_id, but=membership.user_id)
    if not others and becoming not in LEADING_ROLES:
        return ALONE
    if membership.role == "network_staff" and becoming != "network_staff" and "network_staff" not in others:
        return LAST_STAFF
    return None
