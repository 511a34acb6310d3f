"""What a rule answers when it refuses. The web turns each into a page; messages are for people."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A rule said no. ``message`` says why and what would change it."""

    def __init__(self, message: Any = "") -> None:
        super().__init__(message)
        self.message = message


class Missing(Refusal):
    """There is no such thing, or the actor may not know of it (404)."""


class Forbidden(Refusal):
    """The actor may see the thing but not do this (403)."""


class Blocked(Refusal):
    """The step is the actor's to take, but not now: wrong state or a guard (409)."""


class Taken(Blocked):
    """The step was taken before: ``subject`` stands where it leads."""

    def __init__(self, message: Any, subject: Any) -> None:
        super().__init__(message)
        self.subject = subject


class Invalid(Refusal):
    """The input cannot be taken (422); ``field`` names the form field it belongs to."""

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Stale(Refusal):
    """Somebody changed ``subject`` after the form was drawn (409, both versions side by side)."""

    def __init__(self, subject: Any) -> None:
        super().__init__()
        self.subject, self.version = subject, subject.version


def expect_version(subject: Any, version: int | None) -> None:
    """Refuse a change drawn from another version than the stored one.

    Raises Stale. None means that there was no form (jobs, imports): a form that comes without has another.
    """
    if version is not None and subject.version != version:
        raise Stale(subject)
