"""The time of day where somebody is, as far as the place they give tells it."""

from __future__ import annotations

# By region, then by country: the longest beginning of a region's code counts.
TIME_ZONES = {
    "KR": "Asia/Seoul", "JP": "Asia/Tokyo", "CN": "Asia/Shanghai", "SG": "Asia/Singapore", "GB": "Europe/London",
    "IE": "Europe/Dublin", "DE": "Europe/Berlin", "BE": "Europe/Brussels", "CH": "Europe/Zurich",
    "NL": "Europe/Amsterdam", "ES": "Europe/Madrid", "IT": "Europe/Rome", "US": "America/New_York",
    "CA": "America/Toronto", "CA-QC-18": "America/Halifax", "FR": "Europe/Paris",
    "FR-971": "America/Guadeloupe", "FR-972": "America/Martinique", "FR-973": "America/Cayenne",
    "FR-974": "Indian/Reunion", "FR-976": "Indian/Mayotte",
}  # fmt: skip
FIRST = "Pacific/Kiritimati"  # where every day begins first


def zone_of_place(code: str | None, otherwise: str = "UTC") -> str:
    """The zone of a region or country by its ISO 3166 code."""
    parts = (code or "").split("-")
    names = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((TIME_ZONES[name] for name in names if name in TIME_ZONES), otherwise)
