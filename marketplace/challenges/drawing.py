"""Rows of a list as they were drawn for somebody without an account, kept with room for the words that are marked.

A row is kept under the database's own stamps of its challenge, its call, its company and their texts, and for a minute
at most: what it shows of them is never older than they are.
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup
from sqlalchemy import func, literal_column, select

from marketplace.challenges import catalogue, labels, narrowing, presenting
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.people.models import Organisation, OrganisationText

ROOM = 3000  # rows in each process
STAMPED = ("challenges", "calls", "organisations")
_room = secrets.token_hex(8)  # stands for a text in a kept row; nobody can write it
_gap = re.compile(f"{_room}([0-9]+);")
_lock = Lock()


@dataclass(frozen=True)
class Drawn:
    """A row in pieces: text number ``n`` belongs between piece ``n`` and the next."""

    pieces: tuple[Markup, ...]
    texts: tuple[str, ...]

    def filled(self, marked: Callable[[str], Markup]) -> Markup:
        """The whole row, with what was searched for marked."""
        found = self.pieces[0]
        for text, piece in zip(self.texts, self.pieces[1:], strict=True):
            found += marked(text) + piece
        return found


def rows(ids: Sequence[int], locale: str, now: datetime) -> list[Drawn]:
    """The rows of these challenges in this order; those that are not kept are drawn."""
    kept: OrderedDict[Any, Drawn] = current_app.extensions.setdefault("drawn_rows", OrderedDict())
    keys = {id: (id, locale, int(now.timestamp()) // 60, *versions) for id, versions in _versions(ids).items()}
    with _lock:
        found = {id: kept[key] for id, key in keys.items() if key in kept}
    for challenge in catalogue.loaded([id for id in ids if id in keys and id not in found], ANONYMOUS):
        found[challenge.id] = _draw(challenge, locale, now)
    with _lock:
        for id, key in keys.items():
            if id in found:
                kept[key] = found[id]
        while len(kept) > ROOM:
            kept.popitem(last=False)
    return [found[id] for id in ids if id in found]


def _versions(ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """What tells each row and all that it is drawn from in their present state from any other."""
    query = narrowing.joined(select(Challenge)).where(Challenge.id.in_(ids))
    stamps: list[Any] = [literal_column(f"({table}.ctid::text || {table}.xmin::text)") for table in STAMPED]
    rows = db.session.execute(query.with_only_columns(Challenge.id, *stamps, *_texts())) if ids else ()
    return {row[0]: tuple(row[1:]) for row in rows}


def _texts() -> list[Any]:
    found: list[Any] = []
    for owned, owner, table in (
        (ChallengeText.challenge_id, Challenge.id, ChallengeText.__tablename__),
        (OrganisationText.organisation_id, Organisation.id, OrganisationText.__tablename__),
    ):
        stamp: Any = literal_column(f"({table}.ctid::text || {table}.xmin::text)")
        found.append(select(func.string_agg(stamp, ",")).where(owned == owner).scalar_subquery())
    return found


def _draw(challenge: Challenge, locale: str, now: datetime) -> Drawn:
    texts: list[str] = []

    def keep_room(text: str) -> Markup:
        texts.append(text)
        return Markup(f"{_room}{len(texts) - 1};")

    row = presenting.row_of(challenge, ANONYMOUS, locale, now)
    html = render_template("challenges/_row.html", item=row, labels=labels, marked=keep_room)
    pieces = _gap.split(html)
    return Drawn(tuple(Markup(piece) for piece in pieces[::2]), tuple(texts[int(number)] for number in pieces[1::2]))
