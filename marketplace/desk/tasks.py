"""Rows of a desk as its reader sees them: words, links, and how urgent each is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape
from sqlalchemy import Row

from marketplace.kernel.dates import days_between
from marketplace.kernel.waiting import TASKS, WORKS, address_of
from marketplace.kernel.workflow import machine
from marketplace.notifications.titles import Names, title_markup, title_of
from marketplace.web.filters import day, instant


@dataclass(frozen=True)
class Task:
    """One thing that waits: what, where it is done, since when, by when; ``is_near`` is late, today or tomorrow."""

    kind: str
    title: Markup
    href: str
    note: Markup
    action: Any
    family: str
    when: str
    due: str
    is_near: bool
    is_late: bool
    posts: bool


@dataclass(frozen=True)
class Work:
    """One thing that others act on next; ``days`` is how long it has stood in its state."""

    title: Markup
    href: str
    family: str
    state: Any
    turn: Any
    due: str
    days: int


def task_of(row: Row[Any], names: Names, now: datetime, locale: str) -> Task:
    """A row in words."""
    wording = TASKS.words[row.kind]
    title, who = _title(row, names, locale), title_markup(names, "organisation_id", row.organisation_id, locale)
    when, is_late, is_near = _urgency(row, now)
    shown = Markup(wording.title) % {"title": title, "who": who}
    notes: list[Any] = [who] if who and "%(who)s" not in str(wording.title) else []
    if wording.counts is not None and row.number is not None:
        notes.append(wording.counts(row.number))
    if row.since is not None:
        notes.append(_("since %(day)s", day=day(row.since, row.zone)))
    family = "stopped" if is_late else "waiting"
    note = Markup(" · ").join(notes)
    href = address_of(row, wording.path)
    return Task(row.kind, shown, href, note, wording.action, family, when, due_of(row), is_near, is_late, wording.posts)


def work_of(row: Row[Any], names: Names, now: datetime, locale: str, is_staff: bool) -> Work:
    """A row of what others do, in words."""
    turn = WORKS.words[row.kind]
    state = machine(turn.state_of or row.kind.partition(".")[0]).states[row.state]
    days = (now - row.since).days if row.since else 0
    label = state.staff if is_staff else state.owner
    href = address_of(row, turn.path)
    return Work(_title(row, names, locale), href, state.family, label, turn.words, due_of(row), days)


def _title(row: Row[Any], names: Names, locale: str) -> Markup:
    return title_of(row, names, locale) or escape(_("Without a title yet"))


def due_of(row: Row[Any]) -> str:
    """By when, absolutely: a day, or an instant with its zone."""
    if row.due is None:
        return ""
    return day(row.due, row.zone) if row.by_day else instant(row.due, row.zone)


def _urgency(row: Row[Any], now: datetime) -> tuple[str, bool, bool]:
    """How far off, in words; whether it is late; whether it is late, today or tomorrow."""
    if row.due is None:
        return "", False, False
    days = days_between(now, row.due, row.zone)
    if days < 0 or (row.due < now and not row.by_day):
        late = ngettext("%(num)s day late", "%(num)s days late", -days) if days else _("Late since today")
        return late, True, True
    if days == 0:
        return _("Today"), False, True
    if days == 1:
        return _("Tomorrow"), False, True
    return ngettext("In %(num)s day", "In %(num)s days", days), False, False


def count_late(tasks: Iterable[Task]) -> int:
    """How many are late."""
    return sum(task.is_late for task in tasks)
