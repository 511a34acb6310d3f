"""Real data where it lies beside this tree, else a few invented rows of the same form."""

from __future__ import annotations

from pathlib import Path

from config import ROOT

REAL, INVENTED = ROOT.parent / "shared" / "data", ROOT / "tests" / "invented"


def data(name: str) -> Path:
    """The file of a name."""
    found = REAL / name
    return found if found.exists() else INVENTED / name
