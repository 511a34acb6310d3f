"""An Atom feed (RFC 4287) of challenges, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Characters that XML 1.0 cannot hold, in texts that came from elsewhere.
UNSPEAKABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


@dataclass(frozen=True)
class Entry:
    """One challenge: ``locale`` is the language its words are written in."""

    id: str
    title: str
    summary: str
    locale: str
    author: str
    published: datetime
    updated: datetime
    terms: Sequence[str]


@dataclass(frozen=True)
class Feed:
    """Its lasting address, the page it stands for, and its entries."""

    address: str
    page: str
    title: str
    locale: str
    author: str
    updated: datetime
    entries: Sequence[Entry]


def feed_xml(feed: Feed) -> bytes:
    """The feed as XML."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(f"{{{NAMESPACE}}}feed", {LANG: feed.locale})
    _add(root, "id", feed.address)
    _add(root, "title", feed.title)
    _add(root, "updated", rfc3339(feed.updated))
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    _add(_add(root, "author"), "name", feed.author)
    for entry in feed.entries:
        _entry(_add(root, "entry"), entry)
    found: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found


def _entry(node: ElementTree.Element, entry: Entry) -> None:
    _add(node, "id", entry.id)
    _add(node, "title", entry.title, **{LANG: entry.locale})
    _add(node, "link", rel="alternate", type="text/html", href=entry.id)
    _add(node, "published", rfc3339(entry.published))
    _add(node, "updated", rfc3339(entry.updated))
    _add(_add(node, "author"), "name", entry.author)
    for term in entry.terms:
        _add(node, "category", term=term)
    _add(node, "summary", entry.summary, **{LANG: entry.locale})


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    node = ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    if text:
        node.text = text.translate(UNSPEAKABLE)
    return node


def rfc3339(value: datetime) -> str:
    """As RFC 3339 writes it, in UTC."""
    return value.replace(microsecond=0).isoformat().replace("+00:00", "Z")
