"""What people read for a step or an event, and who hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marketplace.kernel.audiences import Alert, Audience, unknown_roles
from marketplace.kernel.mail_kinds import MailKind, kind_of_subject


@dataclass(frozen=True)
class Words:
    """What people read for a step or another event: ``past`` is a sentence fragment such as "published".

    ``tells`` are those who hear of it, or ``silent`` says why nobody does. ``reason`` shows them its reason, ``told``
    says to them what happened where ``past`` is for others. ``alert`` is for those who follow the subject.
    """

    name: str
    past: Any
    staff_only: bool = False
    tells: Audience | None = None
    silent: str = ""
    reason: bool = False
    told: Any = None
    alert: Alert | None = None

    def __post_init__(self) -> None:
        _words[self.name] = self

    @property
    def heard(self) -> Any:
        """What those who are told read."""
        return self.told or self.past


_words: dict[str, Words] = {}


def words_of(name: str) -> Words:
    """The words of any step or declared event. Raises LookupError where there are none."""
    if name not in _words:
        raise LookupError(f"no words are declared for {name}")
    return _words[name]


def all_words() -> dict[str, Words]:
    """Words of every step and event: what the documents list."""
    return dict(_words)


def told_steps() -> list[str]:
    """The steps and events that somebody hears of."""
    return [name for name, said in _words.items() if said.tells]


def alerts() -> dict[str, Alert]:
    """What those who follow a subject hear of."""
    return {name: said.alert for name, said in _words.items() if said.alert}


def mail_kind_of(name: str) -> MailKind:
    """The kind of mail that tells of a step. Raises LookupError where there is none."""
    tells = words_of(name).tells
    return (tells and tells.kind) or kind_of_subject(name.partition(".")[0])


def check_declarations() -> None:
    """Fail where an event says neither who hears of it nor why nobody does, or where nobody knows those who hear."""
    for name, said in _words.items():
        if bool(said.tells) == bool(said.silent):
            raise LookupError(f"{name} says not who hears of it, or why nobody does")
        if said.tells and (roles := unknown_roles(said.tells, name.partition(".")[0])):
            raise LookupError(f"{name} tells {roles}, whom no package knows")
        if said.tells:
            mail_kind_of(name)
