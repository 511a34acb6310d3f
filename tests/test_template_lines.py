"""Lines of templates stay narrow enough to read."""

from __future__ import annotations

from config import ROOT
from tests.test_architecture import TEMPLATES, source

WIDEST = 140


def test_no_template_has_a_wide_line() -> None:
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(source(path).splitlines(), 1)
        if len(line) > WIDEST
    ]
    assert wide == []
