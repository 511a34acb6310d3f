"""Where to go after signing in: within the site, or to the desk."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/desk"
LONGEST = 500


def within_site(target: str | None) -> str:
    """The address where it is a plain path of this site, else the desk."""
    text = target or ""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable():
        return HOME
    try:
        parts = urlsplit(text)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or parts.path in ("/sign-in", "/sign-out"):
        return HOME
    return text


def way_back(target: str | None) -> str | None:
    """The page to come back to, where one was named that can be kept; None for the desk, which comes by itself."""
    found = within_site(target)
    return found if found != HOME and len(found) <= LONGEST else None
