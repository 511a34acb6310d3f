"""What a process keeps is bounded in bytes, and written down."""

from __future__ import annotations

import re

from config import ROOT
from tests.test_architecture import SOURCES, mentions, named, source

SHELF = "marketplace/kernel/shelf.py"


def test_what_a_process_keeps_lies_on_a_shelf() -> None:
    own = [named(path) for path in SOURCES if mentions(path, "OrderedDict", "popitem", "WeakValueDictionary")]
    assert own == [SHELF]


def test_every_shelf_stands_on_the_page_of_caches() -> None:
    page = (ROOT / "docs" / "caches.md").read_text("utf-8")
    shelves = {named(path) for path in SOURCES if re.search(r"\b(?:Shelf|per_app)\(", source(path))} - {SHELF}
    assert len(shelves) > 5
    assert {name for name in shelves if name.removeprefix("marketplace/") not in page} == set()
    assert [name for name in re.findall(r"`([a-z_/]+\.py)`", page) if not _exists(name)] == []


def _exists(name: str) -> bool:
    return any((ROOT / folder / name).is_file() for folder in ("", "marketplace"))
