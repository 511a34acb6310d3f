"""Fields of technology in words: what organisations work in and challenges ask for, under the same codes."""

from __future__ import annotations

from marketplace.kernel.locales import _l

SECTORS = {
    "ai": _l("Artificial intelligence"),
    "software": _l("Software"),
    "robotics": _l("Robotics"),
    "mobility": _l("Mobility"),
    "energy": _l("Energy"),
    "environment": _l("Environment"),
    "water": _l("Water"),
    "health": _l("Health"),
    "bio": _l("Biotechnology"),
    "food": _l("Food"),
    "materials": _l("Materials"),
    "manufacturing": _l("Manufacturing"),
    "construction": _l("Construction"),
    "logistics": _l("Logistics"),
    "security": _l("Safety and security"),
    "space": _l("Space"),
    "education": _l("Education"),
    "culture": _l("Culture"),
    "finance": _l("Finance"),
    "public_services": _l("Public services"),
    "agriculture": _l("Agriculture"),
    "electronics": _l("Electronics"),
    "forestry": _l("Forestry and wood"),
    "maritime": _l("Sea and ports"),
    "mining": _l("Mining and metals"),
    "retail": _l("Retail and consumer goods"),
}
