"""Texts from elsewhere without their markup: real tags are taken out, and nothing else between angle brackets."""

from __future__ import annotations

import html
import re

from marketplace.kernel.locales import nfc

_NAMES = "p|br|div|span|ul|ol|li|a|b|i|u|em|strong|h[1-6]|table|t[rdh]|tbody|thead|img|font|sup|sub"
# What ends a line, and what stands alone: the rest is a tag only where its closing one is there too.
_BREAKS = re.compile(r"/(?:p|div|li|h[1-6]|tr)|br", re.I)
_ALONE = re.compile(r"p|br|li|tr|td|th|img", re.I)
# Each try ends at the next angle bracket, and no two parts can take the same characters: work grows with the length.
_tag = re.compile(
    rf"<(?P<name>/?(?:{_NAMES}))"
    r"(?P<attributes>(?:\s{1,20}[a-z][a-z0-9:-]{0,40}\s{0,20}=\s{0,20}"
    r"""(?:"[^"<]{0,5000}"|'[^'<]{0,5000}'|[^\s"'<>=]{1,2000})){0,20})\s{0,20}/?>""",
    re.I,
)
_entity = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.I)


def strip_markup(text: str) -> str:
    """The text alone: tags gone, blocks on lines of their own, entities as the characters they stand for."""
    closed = {match["name"][1:].lower() for match in _tag.finditer(text) if match["name"].startswith("/")}

    def without(match: re.Match[str]) -> str:
        name = match["name"].lower()
        if not (name.startswith("/") or name in closed or match["attributes"] or _ALONE.fullmatch(name)):
            return match[0]
        return "\n" if _BREAKS.fullmatch(name) else ""

    bare = _entity.sub(lambda match: html.unescape(match[0]), _tag.sub(without, text))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t\u00a0]+", " ", nfc(bare))).strip()
