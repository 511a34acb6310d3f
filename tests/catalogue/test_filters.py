"""The vocabulary of filters: read strictly, written canonically, and no address that breaks a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from marketplace.catalogue import results
from marketplace.catalogue.filters import FILTERS, MOST, PARAMETERS, Filters
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.policy import ANONYMOUS
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.network.cast import make_centre
from tests.people.cast import make_organisation
from tests.world import World

KNOWN = {
    "field": ["water", "ai"], "sector": ["energy"], "region": ["KR-27", "CA-QC-02"],
    "centre": ["centre-1"], "call": ["7"],
    "track": ["top_down"], "kind": ["large", "sme"], "trl": ["4", "9"], "budget": ["none", "to_20k"],
    "ip": ["joint"], "language": ["ko"], "deadline": ["week"], "status": ["closed", "any"], "sort": ["closing"],
    "q": ["eau 과제", "“rinse”"],
}  # fmt: skip
pairs = st.lists(
    st.one_of(
        *(st.tuples(st.just(name), st.sampled_from(values)) for name, values in KNOWN.items()),
        st.tuples(st.sampled_from(PARAMETERS), st.text(max_size=12)),
        st.tuples(st.text(max_size=9), st.text(max_size=12)),
    ),
    max_size=16,
)


@given(pairs)
def test_reading_answers_filters_or_says_what_is_allowed(given: list[tuple[str, str]]) -> None:
    try:
        found = Filters.of(MultiDict(given))
    except Invalid as refusal:
        assert refusal.field in {*PARAMETERS, "filters"}
        return
    assert Filters.of(MultiDict(found.query())) == found
    assert [name for name, _ in found.query()] == sorted((n for n, _ in found.query()), key=PARAMETERS.index)


def test_address_is_canonical_whatever_the_order() -> None:
    wild = Filters.of(MultiDict([("trl", "9"), ("sort", "best"), ("trl", "4"), ("trl", "9"), ("q", "  eau   ok ")]))
    assert wild.query() == [("q", "eau ok"), ("trl", "4"), ("trl", "9")]
    assert Filters.of(MultiDict([("sort", "newest"), ("status", "open"), ("track", "")])) == Filters()
    assert Filters.of(MultiDict([("q", "eau")])).sort == "best"
    assert Filters.of(MultiDict([("sort", "best")])).sort == "newest"
    assert wild.without("trl").query() == [("q", "eau ok")]


@pytest.mark.parametrize("name", [each.name for each in FILTERS if each.column] + ["status", "sort"])
def test_unknown_value_is_refused_with_its_field(app: Flask, name: str) -> None:
    with app.test_request_context(), pytest.raises(Invalid) as refusal:
        Filters.of(MultiDict([(name, "Nonsense!")]))
    assert refusal.value.field == name


def test_too_many_values_are_refused() -> None:
    within = [("region", f"KR-{n}") for n in range(MOST)]
    assert len(Filters.of(MultiDict(within)).regions) == MOST
    with pytest.raises(Invalid):
        Filters.of(MultiDict([*within, ("field", "ai")]))


@pytest.mark.parametrize(("query", "says"), [
    ("status=nonsense", "open, upcoming, closed, reference, any"), ("field=x", "robotics"), ("trl=10", "1, 2, 3"),
    ("region=%00x", "KR-27"), ("region=" + "y" * 500, "KR-27"), ("q=" + "x" * 3000, "at most 200 characters"),
    ("q=%FF%FE", "UTF-8"), ("q=%ED%A0%80", "UTF-8"), ("&".join(["field=ai"] * 100), "at most 60 filters"),
])  # fmt: skip
def test_address_that_cannot_be_read_is_a_page_that_says_why(client: FlaskClient, query: str, says: str) -> None:
    answer = client.get(f"/challenges?{query}")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in text
    assert 'href="/challenges"' in text


@given(pairs)
def test_no_address_breaks_the_list(client: FlaskClient, given: list[tuple[str, str]]) -> None:
    assert client.get(f"/challenges?{urlencode(given)}").status_code in (200, 422)


def of(world: World, **values: Any) -> Challenge:
    values.setdefault("centre", world.centre)
    return make_challenge(
        values.pop("company", world.company), values.pop("call", make_call(world.programme)), **values
    )


def found(**chosen: Any) -> set[int]:
    query = results.find_published(ANONYMOUS, Filters(**chosen), clock.now())
    return {challenge.id for challenge in db.session.scalars(query).unique()}


def _budget(world: World) -> tuple[dict[str, Any], Challenge, list[Challenge]]:
    here = of(world, budget=Decimal(140_000_000), currency="KRW")
    return {"budgets": ("to_100k",)}, here, [of(world, budget=None), of(world, budget=Decimal(9), currency="EUR")]


def _readiness(world: World) -> tuple[dict[str, Any], Challenge, list[Challenge]]:
    here = of(world, trl_from=2, trl_to=4)
    return {"trl": ("3",)}, here, [of(world, trl_from=None, trl_to=None), of(world, trl_from=4, trl_to=6)]


def _rights(world: World) -> tuple[dict[str, Any], Challenge, list[Challenge]]:
    return {"ip": ("joint",)}, of(world, ip_option="joint"), [of(world, ip_option="other")]


def _sector(world: World) -> tuple[dict[str, Any], Challenge, list[Challenge]]:
    company = make_organisation("large", sectors=["space", "ai"])
    hidden = of(world, company=company, visibility="anonymous")
    return {"sectors": ("space",)}, of(world, company=company), [hidden, of(world)]


def _stated_sector(world: World) -> tuple[dict[str, Any], Challenge, list[Challenge]]:
    return {"sectors": ("bio",)}, of(world, visibility="anonymous", described_sector="bio"), [of(world)]


def _kind(world: World) -> tuple[dict[str, Any], Challenge, list[Challenge]]:
    company = make_organisation("municipality")
    hidden = of(world, company=company, visibility="anonymous")
    return {"kinds": ("municipality",)}, of(world, company=company), [hidden, of(world)]


def _language(world: World) -> tuple[dict[str, Any], Challenge, list[Challenge]]:
    here = of(world)
    here.texts["ko"] = ChallengeText(locale="ko", title="헹굼물")
    return {"languages": ("ko",)}, here, [of(world)]


def _centre(world: World) -> tuple[dict[str, Any], Challenge, list[Challenge]]:
    apart = make_centre(region="KR-26")
    hidden = of(world, centre=apart, visibility="anonymous")
    return {"centres": (apart.slug,)}, of(world, centre=apart), [hidden, of(world)]


def _call(world: World) -> tuple[dict[str, Any], Challenge, list[Challenge]]:
    here = of(world)
    return {"calls": (str(here.call_id),)}, here, [of(world)]


def _deadline(world: World) -> tuple[dict[str, Any], Challenge, list[Challenge]]:
    late = of(world, call=make_call(world.programme, closes=20))
    return {"deadline": "week"}, of(world, call=make_call(world.programme, closes=6)), [late]


def _upcoming(world: World) -> tuple[dict[str, Any], Challenge, list[Challenge]]:
    here = of(world, call=make_call(world.programme, opens=3, closes=20))
    return {"status": "upcoming"}, here, [of(world), of(world, opens_at=clock.now() - timedelta(days=1))]


@pytest.mark.parametrize("case", [
    _budget, _readiness, _rights, _sector, _stated_sector, _kind, _language, _centre, _call, _deadline, _upcoming,
])  # fmt: skip
def test_filter_finds_what_it_names(
    world: World, case: Callable[[World], tuple[dict[str, Any], Challenge, list[Challenge]]]
) -> None:
    chosen, here, others = case(world)
    db.session.flush()
    assert found(**chosen) == {here.id}
    if "status" not in chosen:
        assert {here.id, *(row.id for row in others)} <= found()
