"""Networks, their centres, and programmes of several centres."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from marketplace.network.models import Centre, Network, Programme, ProgrammeText
from tests.factories import Case, add, makes, number
from tests.people.cast import make_organisation

READERS = {
    "everybody": "centre centres network own_network programme programmes",
    "manager": "edit_centre",
    "manager cooperating_manager foreign_manager": "new_programme",
    "staff": "edit_programme",
}
DOERS = {
    "manager": "edit_centre",
    "manager cooperating_manager foreign_manager": "new_programme",
    "staff": "edit_programme",
}


@makes
def make_network(slug: str = "") -> Network:
    operator = make_organisation("public", "Network operator")
    return add(Network(slug=slug or f"network-{number()}", operator=operator))


@makes
def make_centre(network: Network | None = None, region: str = "KR-27", **values: Any) -> Centre:
    n = number()
    organisation = make_organisation("centre", f"Centre {n}", region_code=region)
    values.setdefault("time_zone", "Asia/Seoul")
    return add(
        Centre(
            organisation=organisation,
            slug=f"centre-{n}",
            network=network or make_network(),
            **values,
        )
    )


@makes
def make_programme(centre: Centre | None = None, cooperating: Iterable[Centre] = ()) -> Programme:
    return add(
        Programme(
            managing_centre=centre or make_centre(),
            cooperating_centres=list(cooperating),
            first_year=2026,
            last_year=2028,
            budget=Decimal(1_000_000_000),
            currency="KRW",
            texts={"en": ProgrammeText(locale="en", name="Invented programme", summary="For tests.")},
        )
    )


def _late(case: Case) -> dict[str, Any]:
    centre = case.programme.managing_centre
    return {"networks": centre.network.slug, "centres": centre.slug, "programmes": case.programme}


ESTATE = {"late": _late}
