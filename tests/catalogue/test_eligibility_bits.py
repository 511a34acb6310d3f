"""What a startup qualifies for: the same verdict as its row shows, and nobody else's."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from marketplace.calls.models import Declaration, EligibilityRule
from marketplace.catalogue import eligibility_bits, facet_counts, results
from marketplace.catalogue.filters import Filters
from marketplace.challenges import fit
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.policy import Actor
from marketplace.people.models import Affiliation
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.people.cast import make_organisation
from tests.world import Rows, SignedIn, World


def of(world: World, kind: str, params: dict[str, object], **values: object) -> Challenge:
    call = make_call(world.programme)
    call.rules = [EligibilityRule(position=1, kind=kind, params=params)]
    return make_challenge(values.pop("company", world.company), call, **values)  # type: ignore[arg-type]


def declared(world: World, *, excluded: bool) -> Challenge:
    """A challenge whose call asks about taxes, with the startup's answer."""
    challenge = of(world, "declaration", {"codes": ["tax_arrears"]})
    rule, owner = challenge.call.rules[0], world.memberships["startup_owner"].user  # type: ignore[union-attr]
    given = {"rule_id": rule.id, "code": "tax_arrears", "excluded": excluded, "declared_by_id": owner.id}
    db.session.add(Declaration(organisation_id=world.startup.id, **given))
    return challenge


def found(actor: Actor, **chosen: str) -> set[int]:
    now, filters = clock.now(), Filters(**chosen)  # type: ignore[arg-type]
    index, _ = eligibility_bits.add_verdicts(facet_counts.index_of(actor), actor, now)
    cut = results.page_of(actor, filters, now, index=index)
    assert cut.total == len(cut.rows) == index.facets(filters).total
    return {row.id for row in cut.rows}


def test_filter_agrees_with_the_verdict_of_each_row(world: World) -> None:
    linked = make_organisation("large", "Linked")
    db.session.add(Affiliation(organisation_id=world.startup.id, other_id=linked.id, kind="shareholder"))
    made = [
        of(world, "kind", {"kinds": ["startup"]}),
        of(world, "kind", {"kinds": ["sme"]}),
        of(world, "declaration", {"codes": ["tax_arrears"]}),
        of(world, "not_affiliated", {}),
        of(world, "not_affiliated", {}, company=linked),
        of(world, "not_affiliated", {}, company=linked, visibility="anonymous"),
        declared(world, excluded=False),
        declared(world, excluded=True),
    ]
    make_challenge(world.company, close_call(make_call(world.programme)))
    db.session.flush()
    actor = world.actor("startup_owner")
    verdicts = fit.fits_of(made, actor, clock.now())
    by = {verdict: {id for id, item in verdicts.items() if item.verdict == verdict} for verdict in ("meets", "fails")}
    assert found(actor, qualify="yes") == by["meets"] == {made[n].id for n in (0, 3, 5, 6)}
    assert by["fails"] == {made[n].id for n in (1, 4, 7)}
    assert found(actor, qualify="maybe") == {made[2].id}
    assert found(actor, qualify="yes", text="pipes", sort="best") == by["meets"]
    assert found(actor, qualify="yes", status="closed") == set()
    index, _ = eligibility_bits.add_verdicts(facet_counts.index_of(actor), actor, clock.now())
    assert index.facets(Filters(qualify="yes")).by["qualify"] == {"yes": 4, "maybe": 1}


def test_verdicts_are_each_startups_own(world: World) -> None:
    mine = of(world, "region", {"regions": ["KR-27"]})
    world.other_startup.region_code = None
    db.session.flush()
    for _ in range(2):
        assert found(world.actor("startup_owner"), qualify="yes") == {mine.id}
        assert found(world.actor("other_startup"), qualify="yes") == set()
        assert found(world.actor("other_startup"), qualify="maybe") == {mine.id}


def test_lists_that_are_the_same_for_everybody_refuse_it(client: FlaskClient) -> None:
    with client.application.test_request_context(), pytest.raises(Invalid) as refusal:
        Filters.of(MultiDict([("qualify", "yes")]))
    assert refusal.value.field == "qualify"
    for path in ("/challenges", "/challenges.atom", "/challenges.ics", "/api/v1/challenges"):
        answer = client.get(f"{path}?qualify=yes")
        assert answer.status_code == 422 and "signed in" in answer.get_data(as_text=True), path


def test_page_offers_it_to_startups_alone(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        challenge = of(world, "kind", {"kinds": ["startup"]})
    startup = signed_in(world.memberships["startup_owner"])
    page = startup.get("/challenges?qualify=yes").get_data(as_text=True)
    assert f"/challenges/{challenge.id}" in page and "Whether you qualify" in page
    assert "qualify=yes" not in page.partition("In your own tools")[2].partition("</p>")[0]
    for role in ("company_owner", "manager"):
        reader = signed_in(world.memberships[role])
        assert "Whether you qualify" not in reader.get("/challenges").get_data(as_text=True)
        assert reader.get("/challenges?qualify=yes").status_code == 422
