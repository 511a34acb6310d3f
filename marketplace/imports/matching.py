"""Which column tells which field: proposed by the headers, in three languages, and applied to each row."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.imports.fields import Field
from marketplace.imports.values import Wrong, read
from marketplace.kernel.plain import unaccented

# Column by field: {"column": 3}; or one value for all rows: {"constant": "en"}.
Mapping_ = Mapping[str, Mapping[str, Any]]


def plain(header: str) -> str:
    """A header without case, accents, signs and what stands in brackets."""
    bare = re.sub(r"\(.*?\)|\[.*?\]", " ", header)
    return re.sub(r"[\W_]+", " ", unaccented(bare)).strip() or re.sub(r"[\W_]+", " ", unaccented(header)).strip()


def mark_of(headers: Sequence[str]) -> str:
    """The same for the same columns in the same order."""
    return hashlib.sha256("\n".join(plain(header) for header in headers).encode()).hexdigest()[:32]


def propose(headers: Sequence[str], fields: Mapping[str, Field]) -> dict[str, dict[str, Any]]:
    """A column for each field whose name, or one of whose names elsewhere, is a header; no column twice."""
    places: dict[str, int] = {}
    for number, header in enumerate(headers):
        places.setdefault(plain(header), number)
    found: dict[str, dict[str, Any]] = {}
    taken: set[int] = set()
    depth = max((len(each.aliases) for each in fields.values()), default=0)
    for rank in range(-1, depth):  # a field's first names count before any other's further ones
        for name, each in fields.items():
            if name in found or rank >= len(each.aliases):
                continue
            place = places.get(plain(name if rank < 0 else each.aliases[rank]))
            if place is not None and place not in taken:
                found[name] = {"column": place}
                taken.add(place)
    return found


def fitting(mapping: Mapping_, headers: Sequence[str], fields: Mapping[str, Field]) -> dict[str, dict[str, Any]]:
    """What of a mapping still holds for these headers and fields."""
    kept = {}
    for name, said in mapping.items():
        column = said.get("column")
        if name in fields and (column is None or (isinstance(column, int) and 0 <= column < len(headers))):
            kept[name] = dict(said)
    return kept


@dataclass
class Matched:
    """A row's values by field, and its problems; each names its field and, where it has one, its column."""

    values: dict[str, Any]
    problems: list[dict[str, Any]] = field(default_factory=list)


def match(cells: Sequence[Any], mapping: Mapping_, fields: Mapping[str, Field]) -> Matched:
    """Read a row through a mapping: every field's value or problem, not only the first."""
    found = Matched({})
    for name, each in fields.items():
        said = mapping.get(name, {})
        column = said.get("column")
        cell = said.get("constant") if column is None else cells[column] if column < len(cells) else None
        if column is not None and cell in (None, "") and said.get("constant"):
            cell = said["constant"]  # stands in where the column is empty
        try:
            found.values[name] = read(each, cell)
        except Wrong as wrong:
            found.values[name] = None
            found.problems.append(_at(wrong.problem, name, column))
            continue
        if each.required and found.values[name] in (None, []):
            found.problems.append(_at({"code": "missing"}, name, column))
    return found


def _at(problem: dict[str, Any], name: str, column: int | None) -> dict[str, Any]:
    return {**problem, "field": name} | ({} if column is None else {"column": column})
