"""Rows of a list as they were drawn for somebody without an account, with room for the words that are marked."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from markupsafe import Markup

from marketplace.catalogue import results, row_cache
from marketplace.challenges import labels, page_facts
from marketplace.challenges.models import Challenge
from marketplace.kernel.policy import ANONYMOUS

_room, _end = secrets.token_hex(8), secrets.token_hex(8)  # stand for a text in a row, and for its end
_gap = re.compile(f"{_room}([0-9]+);")


@dataclass(frozen=True)
class RowPieces:
    """A row in pieces: text number ``n`` belongs between piece ``n`` and the next."""

    pieces: tuple[Markup, ...]
    texts: tuple[str, ...]

    def filled(self, marked: Callable[[str], Markup]) -> Markup:
        """The whole row, with what was searched for marked."""
        found = self.pieces[0]
        for text, piece in zip(self.texts, self.pieces[1:], strict=True):
            found += marked(text) + piece
        return found


def row_loader(locale: str, now: datetime) -> results.Load:
    """Reads the rows of a list by the ids of its challenges; a row says how far its deadline is, for a minute."""
    manner = (locale, int(now.timestamp()) // 60)
    return lambda ids, _actor: row_cache.cached_rows("rows", manner, ids, lambda found: _draw(found, locale, now))


def _draw(challenges: Sequence[Challenge], locale: str, now: datetime) -> dict[int, RowPieces]:
    texts: list[str] = []

    def keep_room(text: str) -> Markup:
        texts.append(text)
        return Markup(f"{_room}{len(texts) - 1};")

    items = [page_facts.row_of(challenge, ANONYMOUS, locale, now) for challenge in challenges]
    html = render_template("catalogue/_rows.html", items=items, labels=labels, marked=keep_room, end=_end)
    found = {}
    for item, row in zip(items, html.split(_end), strict=False):  # nothing follows the last end
        pieces = _gap.split(row)
        found[item.challenge.id] = RowPieces(
            tuple(Markup(piece) for piece in pieces[::2]), tuple(texts[int(number)] for number in pieces[1::2])
        )
    return found
