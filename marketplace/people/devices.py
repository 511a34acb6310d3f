"""A device in words, from what its browser says of itself."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l

# The first that is found counts: several browsers also name those that they descend from.
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Whale", "Whale"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_words(agent: str | None) -> Any:
    """``Firefox, Windows``; or that it is not known."""
    text = agent or ""
    found = [next((name for mark, name in known if mark in text), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or _l("Unknown device")
