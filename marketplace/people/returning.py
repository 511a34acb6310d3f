"""Where to go after signing in: within the site, or to the desk."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/desk"


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
