"""Kinds of mail that people may switch off, or that come in any case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MailKind:
    """``subjects`` are those whose steps it tells, unless a step names another kind.

    ``order`` is its place on the page, ``fixed`` says why it comes in any case.
    """

    name: str
    order: int
    label: Any
    says: Any
    subjects: tuple[str, ...] = ()
    fixed: Any = None

    def __post_init__(self) -> None:
        _kinds[self.name] = self
        _of_subject.update(dict.fromkeys(self.subjects, self))


_kinds: dict[str, MailKind] = {}
_of_subject: dict[str, MailKind] = {}


def mail_kinds() -> list[MailKind]:
    """Every kind, in the order of the page."""
    return sorted(_kinds.values(), key=lambda kind: kind.order)


def kind_of_subject(subject: str) -> MailKind:
    """The kind that tells of a subject. Raises LookupError where none does."""
    if subject not in _of_subject:
        raise LookupError(f"no kind of mail tells of {subject}")
    return _of_subject[subject]
