"""Prepares what the pages serve but nobody commits: vendored scripts, icons, catalogues."""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
ICON_NAMES = ROOT / "static" / "icons.txt"
ICONS = ROOT / "node_modules" / "lucide-static" / "icons"
HTMX = ROOT / "node_modules" / "htmx.org" / "dist" / "htmx.min.js"
CATALOGUES = ROOT / "marketplace" / "translations"

SVG = re.compile(r"<svg[^>]*>(?P<shapes>.*)</svg>", re.DOTALL)


class UnknownIcon(ValueError):
    """`static/icons.txt` names an icon that the package does not hold."""


def replace_if_changed(path: Path, content: bytes) -> None:
    """Write at once or not at all, so that a running server never reads half a file."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)


def icon_names() -> list[str]:
    """The names in `static/icons.txt`, one a line; a `#` starts a remark."""
    if not ICON_NAMES.exists():
        return []
    lines = (line.split("#")[0].strip() for line in ICON_NAMES.read_text("utf-8").splitlines())
    return sorted({line for line in lines if line})


def sprite(names: list[str]) -> str:
    """One SVG whose symbols `icon-<name>` a page draws with `<use>`."""
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg">',
            *(symbol(name) for name in names),
            "</svg>\n",
        ]
    )


def symbol(name: str) -> str:
    """One icon as a symbol; colour and stroke width come from the page's stylesheet."""
    source = ICONS / f"{name}.svg"
    found = SVG.search(source.read_text("utf-8")) if source.exists() else None
    if found is None:
        raise UnknownIcon(f"static/icons.txt names an icon that does not exist: {name}")
    shapes = " ".join(found["shapes"].split())
    return (
        f'<symbol id="icon-{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        f' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
    )


def compile_catalogues() -> None:
    """Compile each `.po` that is newer than its `.mo`."""
    for source in sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        # Imported here because most starts find nothing to compile.
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as stream:
            catalogue = read_po(stream)
        with target.open("wb") as stream:
            write_mo(stream, catalogue)


def main() -> int:
    """Refresh all of it; nothing is written where nothing changed."""
    try:
        replace_if_changed(VENDOR / "htmx.min.js", HTMX.read_bytes())
        replace_if_changed(VENDOR / "icons.svg", sprite(icon_names()).encode())
    except UnknownIcon as problem:
        print(problem, file=sys.stderr)
        return 1
    compile_catalogues()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
