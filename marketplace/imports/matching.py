"""Which column tells which field: proposed by the headers, in three languages, and applied to each row."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import force_locale

from marketplace.imports.fields import Field
from marketplace.imports.values import WrongValue, read_value
from marketplace.kernel.locales import LOCALES
from marketplace.kernel.unaccent import unaccent

# Column by field: {"column": 3}; or one value for all rows: {"constant": "en"}.
Mapping_ = Mapping[str, Mapping[str, Any]]

LONGEST = 300  # characters of a header that are compared
_again = re.compile(r"^(.+) \([2-9]\d{0,2}\)$", re.DOTALL)  # as the reader tells a second column of the same name


def plain_header(header: str) -> str:
    """A header without case, accents, signs and what stands in brackets."""
    header = header[:LONGEST]
    bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", header)
    return re.sub(r"[\W_]+", " ", unaccent(bare)).strip() or re.sub(r"[\W_]+", " ", unaccent(header)).strip()


def _squeezed(header: str) -> str:
    """The same without blanks, which Korean headers set as they like."""
    return plain_header(header).replace(" ", "")


def doubled_headers(headers: Sequence[str]) -> list[str]:
    """The headers that stand more than once in a file, whatever their case and accents."""
    bare = [_again.sub(r"\1", header) if _again.sub(r"\1", header) in headers else header for header in headers]
    counted = Counter(map(unaccent, bare))
    return list({unaccent(header): header for header in bare if counted[unaccent(header)] > 1}.values())


def mark_of(headers: Sequence[str]) -> str:
    """The same for the same columns in the same order."""
    return hashlib.sha256("\n".join(plain_header(header) for header in headers).encode()).hexdigest()[:32]


def _names(each: Field) -> list[str]:
    """What a field is called: in files of ours, on our pages in each language, and elsewhere."""
    labels = []
    for locale in LOCALES:
        with force_locale(locale):
            labels.append(str(each.label))
    return [each.name, *labels, *(words for words in each.aliases.split(", ") if words)]


def propose_columns(headers: Sequence[str], fields: Mapping[str, Field]) -> dict[str, dict[str, Any]]:
    """A column for each field whose name, or one of whose names elsewhere, is a header; no column twice."""
    places: dict[str, int] = {}
    for number, header in enumerate(headers):
        places.setdefault(_squeezed(header), number)
    for header in doubled_headers(headers):  # of two alike nobody but a person can say which is meant
        places.pop(_squeezed(header), None)
    found: dict[str, dict[str, Any]] = {}
    taken: set[int] = set()
    known = {name: _names(each) for name, each in fields.items()}
    for rank in range(max(map(len, known.values()), default=0)):  # first names count before any other's further ones
        for name, called in known.items():
            if name in found or rank >= len(called):
                continue
            place = places.get(_squeezed(called[rank]))
            if place is not None and place not in taken:
                found[name] = {"column": place}
                taken.add(place)
    return found


def fit_mapping(mapping: Mapping_, headers: Sequence[str], fields: Mapping[str, Field]) -> dict[str, dict[str, Any]]:
    """What of a mapping still holds for these headers and fields."""
    kept = {}
    for name, said in mapping.items():
        column = said.get("column")
        if name in fields and (column is None or (isinstance(column, int) and 0 <= column < len(headers))):
            kept[name] = dict(said)
    return kept


@dataclass
class MatchedRow:
    """A row's values by field, and its problems; each names its field and, where it has one, its column."""

    values: dict[str, Any]
    problems: list[dict[str, Any]] = field(default_factory=list)


def match_row(cells: Sequence[Any], mapping: Mapping_, fields: Mapping[str, Field]) -> MatchedRow:
    """Read a row through a mapping: every field's value or problem, not only the first."""
    found = MatchedRow({})
    currency = _currency(cells, mapping, fields)
    for name, each in fields.items():
        column, cell = _cell(cells, mapping.get(name, {}))
        try:
            found.values[name] = read_value(each, cell, currency)
        except WrongValue as wrong:
            found.values[name] = None
            found.problems.append(_at(wrong.problem, name, column))
            continue
        if each.required and found.values[name] in (None, []):
            found.problems.append(_at({"code": "missing"}, name, column))
    return found


def _cell(cells: Sequence[Any], said: Mapping[str, Any]) -> tuple[int | None, Any]:
    """The column of a field, if it has one, and what it holds; a value for all rows stands in where it is empty."""
    column, constant = said.get("column"), said.get("constant")
    if column is None:
        return None, constant
    cell = cells[column] if column < len(cells) else None
    return column, constant if constant and cell in (None, "") else cell


def _currency(cells: Sequence[Any], mapping: Mapping_, fields: Mapping[str, Field]) -> str | None:
    """The currency that a row's amounts are in, where it can be read."""
    try:
        said: str | None = read_value(fields["currency"], _cell(cells, mapping.get("currency", {}))[1])
    except (KeyError, WrongValue):
        return None
    return said


def _at(problem: dict[str, Any], name: str, column: int | None) -> dict[str, Any]:
    return {**problem, "field": name} | ({} if column is None else {"column": column})
