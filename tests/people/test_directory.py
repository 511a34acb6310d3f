"""The directory: who may be found, by whom and by what; and what a profile never says of what is hidden."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.people import directory
from marketplace.people.models import SECTIONS, SHOWN_AT_FIRST, Contact, Organisation, OrganisationYear
from tests.challenges.cast import make_challenge
from tests.people.cast import make_member, make_organisation
from tests.places.cast import make_region
from tests.world import Rows, SignedIn, World

SECRETS = {
    "description": "Murmuration of starlings",
    "website": "hidden-website.example",
    "sectors": "Sea and ports",
    "region": "Capitale-Nationale",
    "figures": "123,456",
    "people": "Philippa Nightingale",
    "challenges": "Kestrel challenge in public",
}


def found(actor: Actor, text: str = "", **filters: object) -> set[int]:
    return {row.id for row in db.session.scalars(directory.entries(actor, text, **filters)).unique()}  # type: ignore[arg-type]


def test_directory_holds_what_chose_to_be_found_centres_and_records_marked_as_such(world: World) -> None:
    listed = make_organisation("startup", "Chosen")
    ours = {"verifying_centre_id": world.centre.id}
    quiet = make_organisation("startup", "Quiet", is_listed=False, **ours)
    unverified = make_organisation("startup", "Unverified", state="submitted", **ours)
    imported = make_organisation("startup", "Imported", state="unverified", source="a register", source_id="1",
                                 is_listed=False)  # fmt: skip
    claimed = make_organisation("startup", "Claimed", state="unverified", source="a register", source_id="2",
                                claimed_at=world.startup.created_at)  # fmt: skip
    seen = found(ANONYMOUS)
    assert {listed.id, imported.id, claimed.id, world.centre.id} <= seen
    assert seen.isdisjoint({quiet.id, unverified.id})
    assert found(ANONYMOUS, standing="reference") == {imported.id}
    assert imported.id not in found(ANONYMOUS, standing="verified")
    assert claimed.id not in found(ANONYMOUS, standing="verified")
    assert found(world.actor("other_startup")) == seen
    assert {quiet.id, unverified.id} <= found(world.actor("manager"))
    assert found(world.actor("cooperating_manager")) == seen
    own = make_member(quiet).user
    assert quiet.id in found(Actor(user_id=own.id, organisation_id=quiet.id, role="owner"))


def test_default_is_careful() -> None:
    assert set(SECTIONS) - set(SHOWN_AT_FIRST) == {"figures", "people", "wins"}
    assert Organisation.__table__.c.is_listed.default.arg is False


@pytest.mark.parametrize("asked", ["murmuration", '"murmuration of starlings"', "étourneaux -starlings"])
def test_hidden_description_answers_no_search(world: World, asked: str) -> None:
    one = make_organisation("startup", "Étourneaux", verifying_centre_id=world.centre.id)
    one.texts["en"].description = SECRETS["description"]
    db.session.flush()
    shown = found(ANONYMOUS, asked)
    one.shown = ["region"]
    db.session.flush()
    hidden = found(ANONYMOUS, asked)
    assert (one.id in shown) == ("-" not in asked)
    assert one.id not in hidden
    assert one.id in found(ANONYMOUS, "ETOURN")
    assert one.id in found(world.actor("manager"), "murmuration")


def test_exclusion_tells_nothing_of_a_hidden_description(world: World) -> None:
    one = make_organisation("startup", "Étourneaux", shown=[])
    without = found(ANONYMOUS, "étourneaux -starlings")
    one.texts["en"].description = SECRETS["description"]
    db.session.flush()
    assert found(ANONYMOUS, "étourneaux -starlings") == without


def test_hidden_region_answers_no_filter(world: World) -> None:
    one = make_organisation("startup", "Somewhere", region_code=make_region("CA-QC-03").code, shown=["description"])
    one.verifying_centre_id = world.foreign_centre.id
    db.session.flush()
    assert found(ANONYMOUS, regions=["CA-QC-03"]) == set()
    assert found(world.actor("foreign_manager"), regions=["CA-QC-03"]) == {one.id}


def secretive(rows: Rows, shown: list[str]) -> Organisation:
    with rows():
        one = make_organisation(
            "large",
            "Reticent Works",
            website=f"https://{SECRETS['website']}",
            sectors=["maritime"],
            region_code=make_region("CA-QC-03").code,
            shown=shown,
        )
        one.texts["en"].description = SECRETS["description"]
        one.years = [OrganisationYear(year=2025, staff=123456)]
        one.contacts = [Contact(locale="en", name=SECRETS["people"], role="Pilots")]
        challenge = make_challenge(one)
        challenge.texts["en"].title = SECRETS["challenges"]
        for visibility in ("anonymous", "invited"):
            make_challenge(one, visibility=visibility).texts["en"].title = f"Never under its name: {visibility}"
        make_challenge(one, state="draft").texts["en"].title = "Never under its name: draft"
        gone = make_challenge(one, state="withdrawn", published_at=one.created_at)
        gone.texts["en"].title = "Never under its name: withdrawn"
        return one


def test_section_shows_where_it_was_chosen_and_nowhere_else(
    rows: Rows, client: FlaskClient, signed_in: SignedIn
) -> None:
    """Its page and the directory, for the public and for another organisation, and the public data."""
    one = secretive(rows, [])
    with rows():
        other = signed_in(World.kept().memberships["other_startup"])
    page, listed = f"/organisations/{one.id}", "/organisations?q=Reticent"
    asked = [(client, "/api/v1/organisations?q=Reticent&limit=100")]
    asked += [(reader, address) for reader in (client, other) for address in (page, listed)]
    wrong = []
    for section, chosen in SECRETS.items():
        with rows():
            db.session.get_one(Organisation, one.id).shown = [section]
        for reader, address in asked:
            text = reader.get(address).text
            assert "Reticent Works" in text, address
            if address == listed:
                text = text.partition("<table")[2]  # the filters above it name every region
            at = (section, address, "public" if reader is client else "other")
            wrong += [(*at, "lacks it")] if address == page and chosen not in text else []
            wrong += [(*at, name) for name, secret in SECRETS.items() if name != section and secret in text]
            wrong += [(*at, "hidden")] if "Never under its name" in text else []
    assert wrong == []


def test_organisation_that_is_not_listed_is_in_no_list_and_asks_robots_to_stay_away(
    rows: Rows, client: FlaskClient
) -> None:
    with rows():
        one = make_organisation("startup", "Quiet Labs", is_listed=False)
    page = client.get(f"/organisations/{one.id}").get_data(as_text=True)
    assert "Quiet Labs" in page and "noindex" in page and "schema.org" not in page
    for address in (
        "/api/v1/organisations?limit=100&q=Quiet",
        "/organisations?q=Quiet",
        "/sitemaps/organisations/1.xml",
    ):
        assert "Quiet Labs" not in client.get(address).get_data(as_text=True)
        assert f"/organisations/{one.id}<" not in client.get(address).get_data(as_text=True)


def test_directory_costs_the_same_however_long(rows: Rows, client: FlaskClient, count_queries) -> None:  # type: ignore[no-untyped-def]
    with rows():
        make_organisation("startup", "Counted 1", shown=[])
    with count_queries() as one:
        assert "Counted 1" in client.get("/organisations?q=Counted").get_data(as_text=True)
    with rows():
        for number in (2, 3):
            make_organisation("startup", f"Counted {number}")
    with count_queries() as three:
        assert "Counted 3" in client.get("/organisations?q=Counted").get_data(as_text=True)
    assert len(three) == len(one) <= 8
