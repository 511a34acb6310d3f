"""Lines of templates stay narrow enough to read: those that are not yet may only become fewer.

``wide_lines.txt`` says how many wide lines each template still has; a new one has none. Whoever wrapped some, or moved
a template, writes it anew: ``python -m tests.test_template_lines``.
"""

from __future__ import annotations

from config import ROOT
from tests.test_architecture import TEMPLATES, source

WIDEST = 140
SLACK = 100  # lines that may have been wrapped before the list is written anew
LIST = ROOT / "tests" / "wide_lines.txt"


def wide_lines() -> dict[str, int]:
    """How many lines of each template are too wide, where any is."""
    found = {
        str(path.relative_to(ROOT / "templates")): sum(len(line) > WIDEST for line in source(path).splitlines())
        for path in TEMPLATES
    }
    return {name: number for name, number in found.items() if number}


def allowed() -> dict[str, int]:
    """How many each had when the list was written."""
    rows = (line.split() for line in LIST.read_text("utf-8").splitlines())
    return {name: int(number) for number, name in rows}


def test_template_has_no_more_wide_lines_than_before() -> None:
    before = allowed()
    assert {name: number for name, number in wide_lines().items() if number > before.get(name, 0)} == {}


def test_list_of_wide_lines_follows_what_was_wrapped() -> None:
    assert sum(allowed().values()) - sum(wide_lines().values()) < SLACK, "run `python -m tests.test_template_lines`"


def write() -> None:
    """Write the list anew; refused where there are more in all."""
    if sum(wide_lines().values()) > sum(allowed().values()):
        raise SystemExit("There are more wide lines than before: wrap those you wrote.")
    LIST.write_text("".join(f"{number:4} {name}\n" for name, number in sorted(wide_lines().items())), "utf-8")


if __name__ == "__main__":
    write()
