"""The work of reading grows with a text's length, never with its square: hostile characters through each reader.

Processor time is measured, with a wide bound: what grows with the square takes minutes.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from markupsafe import Markup

from marketplace.imports import encodings, matching, values
from marketplace.imports.fields import Field
from marketplace.imports.file_reader import Reader
from marketplace.imports.limits import Unreadable
from marketplace.imports.values import WrongValue
from marketplace.kernel import typed_text, written_hours
from marketplace.kernel.amounts import read_amount, read_sum
from marketplace.kernel.language import language_of
from marketplace.kernel.locales import nfc
from marketplace.kernel.markup import strip_markup
from marketplace.kernel.search_query import SearchQuery
from marketplace.kernel.unaccent import identity, squeeze_name
from marketplace.kernel.written_days import read_days
from marketplace.notifications.operations_views import mask_addresses
from marketplace.people.addresses import normal_address
from marketplace.people.passwords import one_form
from marketplace.web import tables
from marketplace.web.filters import markdown, paragraphs

LENGTH, SECONDS = 100_000, 10
SHAPES = [
    "<br", "<br" + " " * 99_997, "<br ", "<p a=", "<a b=c ", "<a b='", "&", "&#", "&amp", " ", "\t \n", "a", "1",
    "1,", "1 ", "1.1.", "1년 ", "1/1/", '"', '""', "',", ";=", "a@", "-", "a-", "[", "(", "{", "*_", "`", "https://a",
    "가", "ａ", "\u0301\u0327", "ﷺ", "a'", "\u202e", "(주)", "|\n", "\r", "www", "a" + " " * 99_998 + "b",
    "a" + "\u0300\u0316" * 49_999 + "b",
]  # fmt: skip


def csv_of(text: str) -> list[Any]:
    return list(Reader(io.BytesIO(f"a,b\n{text}".encode()), "csv"))


def json_of(text: str) -> list[Any]:
    return list(Reader(io.BytesIO(f'{{"a":"{text}'.encode()), "jsonl"))


def cell_of(kind: str) -> Callable[[str], Any]:
    return lambda text: values.read_value(Field("x", "X", "", kind), text)


READERS: dict[str, Callable[[str], Any]] = {
    "unmarked": strip_markup, "days": read_days, "amount": read_amount, "sum": read_sum, "hours": written_hours.hour_in,
    "query": SearchQuery.of, "marked": SearchQuery(("water",)).marked, "identity": identity, "squeezed": squeeze_name,
    "nfc": nfc, "language": language_of, "paragraphs": paragraphs, "markdown": markdown,
    "delimiter": encodings.delimiter_of, "csv": csv_of, "json": json_of, "header": matching.plain_header,
    "guarded": tables.guard_cell, "unguarded": tables.unguard_cell, "line": typed_text.clean_line,
    "lines": typed_text.clean_lines, "link": typed_text.holds_link, "address": normal_address, "password": one_form,
    "tags": lambda text: Markup(text).striptags(), "addresses": mask_addresses,
    **{f"cell of {kind}": cell_of(kind) for kind in ("line", "text", "list", "link", "amount", "moment", "language")},
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_hostile_text_is_read_in_time(name: str) -> None:
    spent = {}
    for shape in SHAPES:
        text = (shape * (LENGTH // len(shape) + 1))[:LENGTH]
        begun = time.process_time()
        with suppress(ValueError, WrongValue, Unreadable):
            READERS[name](text)
        spent[shape] = time.process_time() - begun
    assert {shape: seconds for shape, seconds in spent.items() if seconds > SECONDS} == {}
