"""What a new call of each track begins with: its stages in order and its usual rules. Both are then rows to edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SEVEN_YEARS = (
    "age",
    {"years": 7, "extended_years": 10, "extended_fields": ["ai", "robotics", "bio", "space", "mobility"]},
)
HONEST = ("declaration", {"codes": ["loan_default", "tax_arrears", "unreturned_clawback"]})
USUAL: tuple[tuple[str, dict[str, Any]], ...] = (
    ("kind", {"kinds": ["startup"]}),
    SEVEN_YEARS,
    ("representatives", {}),
    ("no_earlier_award", {}),
    ("no_sanction", {}),
    HONEST,
)


@dataclass(frozen=True)
class Template:
    """``stages``: kind and actor in order; ``rules``: kind and params in order; ``fit_role`` as in the notice."""

    stages: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, dict[str, Any]], ...] = USUAL
    fit_role: str = "advisory"


APART = (*USUAL, ("not_affiliated", {}))

TEMPLATES = {
    ("top_down", None): Template(
        (
            ("companies_apply", "companies"),
            ("startups_apply", "startups"),
            ("screening", "centre"),
            ("paper", "panel"),
            ("presentation", "panel"),
            ("final", "centre"),
            ("refinement", "both"),
            ("agreement", "both"),
        ),
        APART,
    ),
    ("bottom_up", "private_linked"): Template(
        (
            ("companies_apply", "companies"),
            ("startups_apply", "startups"),
            ("screening", "centre"),
            ("final", "centre"),
            ("agreement", "both"),
        ),
        APART,
        "gate",
    ),
    ("bottom_up", "cluster_linked"): Template(
        (
            ("companies_apply", "companies"),
            ("meetup", "both"),
            ("startups_apply", "startups"),
            ("screening", "centre"),
            ("final", "centre"),
            ("agreement", "both"),
        ),
        APART,
        "gate",
    ),
    ("bottom_up", "zone_linked"): Template(
        (
            ("companies_apply", "companies"),
            ("startups_apply", "startups"),
            ("screening", "centre"),
            ("presentation", "panel"),
            ("final", "centre"),
            ("agreement", "both"),
        ),
        APART,
        "gate",
    ),
    ("on_demand", None): Template(
        (
            ("meetup", "both"),
            ("startups_apply", "both"),
            ("screening", "centre"),
            ("paper", "panel"),
            ("presentation", "panel"),
            ("final", "centre"),
            ("agreement", "both"),
        ),
        APART,
    ),
    ("follow_up", None): Template(
        (
            ("startups_apply", "both"),
            ("screening", "centre"),
            ("presentation", "panel"),
            ("final", "centre"),
            ("agreement", "both"),
        ),
        tuple(rule for rule in USUAL if rule[0] != "no_earlier_award"),
    ),
}


def template(track: str, bottom_up_kind: str | None = None) -> Template:
    """The template of a track, or of its kind. Raises KeyError for a pair that does not exist."""
    return TEMPLATES[track, bottom_up_kind]
