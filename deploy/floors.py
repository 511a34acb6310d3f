"""The picture of the floors in ``docs/``: which package stands on which, drawn from the imports themselves."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Mapping, Sequence

from config import ROOT

CELL, LEFT, TOP = 20, 150, 110  # pixels
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1d1d1f}.soft{fill:#6e6e73}.line{stroke:#d2d2d7}.dot{fill:#3a5fcd}"
    "@media(prefers-color-scheme:dark){text{fill:#f5f5f7}.soft{fill:#a1a1a6}.line{stroke:#48484a}.dot{fill:#8fa8ff}}"
)


def floors() -> list[str]:
    """The packages from the highest to the lowest, as import-linter keeps them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers: list[str] = contracts[0]["layers"]
    names = [name.strip(" ()") for layer in layers for name in layer.split(":")]
    return [name for name in names if (ROOT / "marketplace" / name).is_dir()]


def uses(names: Sequence[str]) -> dict[str, set[str]]:
    """Which packages each one imports from."""
    return {name: _used_by(name) & set(names) - {name} for name in names}


def _used_by(name: str) -> set[str]:
    found = set()
    for path in (ROOT / "marketplace" / name).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("marketplace"):
                _, _, module = (node.module or "").partition(".")
                found |= {module.split(".")[0]} if module else {alias.name for alias in node.names}
    return found


def picture() -> str:
    """An SVG: a row for each package, a dot in the column of each one that it stands on."""
    names = floors()
    return _drawn(names, uses(names))


def _drawn(names: Sequence[str], used: Mapping[str, set[str]]) -> str:
    width, height = LEFT + CELL * len(names) + 40, TOP + CELL * len(names) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img">',
        f"<title>Each package and those it imports from</title><style>{STYLE}</style>",
    ]
    for row, name in enumerate(names):
        y, x = TOP + CELL * row, LEFT + CELL * row
        parts.append(f'<text x="{LEFT - 12}" y="{y + 14}" text-anchor="end">{name}</text>')
        parts.append(f'<text class="soft" transform="translate({x + 14} {TOP - 8}) rotate(-60)">{name}</text>')
        parts.append(f'<path class="line" d="M{LEFT} {y + CELL}H{width - 40}"/>')
        columns = [column for column, other in enumerate(names) if other in used[name]]
        parts += [f'<circle class="dot" cx="{LEFT + CELL * c + 10}" cy="{y + 10}" r="5"/>' for c in columns]
    return "\n".join([*parts, "</svg>"]) + "\n"
