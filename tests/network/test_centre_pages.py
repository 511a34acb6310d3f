"""Centres: on the map, on their pages, in figures; from a list on record; and never with anything invented."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.collaborations.models import Outcome
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network import figures
from marketplace.network.models import Centre, Network
from marketplace.people.models import Contact, Organisation
from marketplace.places import tiles
from marketplace.places.data import REGIONS
from marketplace.places.models import Region
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.collaborations.cast import make_collaboration
from tests.factories import add
from tests.imports.desk import brought
from tests.network.cast import make_centre, make_network, make_programme
from tests.pairings.cast import make_pairing
from tests.people.cast import make_organisation
from tests.real import data
from tests.world import Rows, World

ROW = {
    "id": "Pole-Qc-03", "country": "CA-QC", "network": "Pôles régionaux (2018)", "name": "Pôle – Capitale-Nationale",
    "region": "Capitale-Nationale", "operator": "Atelier Nord", "source": "a list", "url": "https://pole.example",
}  # fmt: skip


def put(*rows: dict[str, str], **constants: str) -> list[str | None]:
    return [outcome for outcome, _ in brought("centres", *rows, **constants)]


def counted(centre: Centre) -> list[int]:
    return [one.number for one in figures.figures_of(centre, clock.now())]


def work_of(centre: Centre, **of_company: object) -> None:
    """One of everything that figures count: open, published, received, begun, verified."""
    company = make_organisation("public", **of_company)
    startup = make_organisation("startup", **of_company)
    programme = make_programme(centre)
    make_challenge(company, make_call(programme))
    over = make_challenge(company, close_call(make_call(programme, state="decided")), state="filled",
                          published_at=clock.now())  # fmt: skip
    pairing = make_pairing(make_application(over, startup, state="selected"), state="confirmed")
    done = make_collaboration(pairing, state="active")
    for state in ("verified", "claimed"):
        add(Outcome(collaboration_id=done.id, kind="jobs", value=1, state=state, happened_on=clock.now().date(),
                    evidence_url="https://news.example"))  # fmt: skip


def test_figures_mean_what_they_say(world: World) -> None:
    centre = make_centre()
    assert counted(centre) == [0, 0, 0, 0, 0]
    work_of(centre)
    assert counted(centre) == [1, 2, 1, 1, 1]
    programme = make_programme(centre)
    call, now = make_call(programme), clock.now()
    make_call(programme, state="draft")
    make_call(programme, opens=2, closes=9, state="published")
    for values in ({"visibility": "invited"}, {"state": "draft"}, {"state": "withdrawn", "published_at": now},
                   {"is_reference": True}, {"state": "in_review"}):  # fmt: skip
        make_challenge(None, call, **values)  # type: ignore[arg-type]
    sealed = make_challenge(None, call, visibility="anonymous")
    make_application(sealed, state="submitted")
    make_application(sealed)
    assert counted(centre) == [2, 3, 1, 1, 1], "one call more, one anonymous challenge; what is sealed is not counted"


def test_nothing_invented_counts_or_shows_at_a_centre_that_exists(rows: Rows, client: FlaskClient) -> None:
    with rows():
        real, invented = make_centre(), make_centre(is_demo=True)
        for centre in (real, invented):
            work_of(centre, is_demo=True)
        titles = "Invented for the demonstration"
        for centre in (real, invented):
            shown = make_challenge(make_organisation("public", is_demo=True), make_call(make_programme(centre)))
            shown.texts["en"].title = titles
        found = {centre.slug: counted(centre) for centre in (real, invented)}
        opened = dict(figures.count_open("challenges", clock.now()))
    assert found[real.slug][1:] == [0, 0, 0, 0]
    assert found[invented.slug] == [2, 3, 1, 1, 1]
    assert (opened.get(real.slug, 0), opened[invented.slug]) == (0, 2)
    assert titles not in client.get(f"/centres/{real.slug}").get_data(as_text=True)
    assert titles in client.get(f"/centres/{invented.slug}").get_data(as_text=True)


def test_page_names_calls_by_what_they_are_and_hides_what_is_secret(rows: Rows, client: FlaskClient) -> None:
    with rows():
        centre = make_centre()
        add(Contact(organisation_id=centre.id, locale="en", name="Contact Person", role="Everything on water"))
        programme = make_programme(centre)
        calls = {
            name: make_call(programme, **values)  # type: ignore[arg-type]
            for name, values in {
                "open": {}, "ahead": {"opens": 3, "closes": 9, "state": "published"}, "draft": {"state": "draft"},
                "over": {"opens": -20, "closes": -2},
            }.items()
        }  # fmt: skip
        for name, call in calls.items():
            call.texts["en"].title = f"Call number {name}"
        for visibility in ("public", "anonymous", "invited"):
            made = make_challenge(make_organisation("large", f"Company {visibility}"), calls["open"],
                                  visibility=visibility)  # fmt: skip
            made.texts["en"].title = f"Challenge {visibility}"
    page = client.get(f"/centres/{centre.slug}").get_data(as_text=True)
    current, _, past = page.partition("Calls that have closed")
    assert "Call number open" in current and "Call number ahead" in current and "Call number over" in past
    assert "Call number draft" not in page
    assert "Challenge public" in page and "Challenge anonymous" in page and "Challenge invited" not in page
    assert "Company public" in page and "Company anonymous" not in page and "Company invited" not in page
    assert "Contact Person" in page and "Everything on water" in page


def test_page_costs_the_same_however_much_a_centre_does(rows: Rows, client: FlaskClient, count_queries) -> None:  # type: ignore[no-untyped-def]
    with rows():
        centre = make_centre()
        work_of(centre)
    with count_queries() as one:
        assert client.get(f"/centres/{centre.slug}").status_code == 200
    with rows():
        again = db.session.get_one(Centre, centre.id)
        for _ in range(2):
            work_of(again)
    with count_queries() as three:
        client.get(f"/centres/{centre.slug}")
    assert len(three) == len(one) <= 12


def test_list_is_taken_twice_without_a_second_of_anything(world: World) -> None:
    assert put(ROW) == ["added"]
    assert put(ROW) == ["unchanged"]
    assert put({**ROW, "operator": "Atelier Sud"}) == ["changed"]
    centre = db.session.scalars(select(Centre).where(Centre.slug == "pole-qc-03")).unique().one()
    own = centre.organisation
    assert (own.state, own.is_reference, own.region_code, own.country) == ("unverified", True, "CA-QC-03", "CA")
    assert (own.source, own.source_url, own.texts["fr"].description) == (
        "a list", "https://pole.example", "Porté par Atelier Sud.",
    )  # fmt: skip
    assert (centre.network.slug, centre.time_zone, centre.languages) == ("poles-regionaux", "America/Toronto", ["fr"])
    assert put({**ROW, "id": "pole-qc-04", "region": "Mauricie"}) == ["added"]
    assert db.session.query(Network).filter(Network.slug.startswith("poles-regionaux")).count() == 1
    own = db.session.get_one(Organisation, own.id)
    own.claimed_at = clock.now()
    own.texts["fr"].name = "Notre nom"
    db.session.flush()
    assert put(ROW) == ["unchanged"] and own.name("fr") == "Notre nom"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"region": "Atlantis"}, "no_region"),
        ({"id": "not a slug!"}, "not_a_slug"),
        ({"name": ""}, "missing"),
        ({"source": ""}, "missing"),
        ({"url": "javascript:alert(1)"}, "not_a_link"),
    ],
)
def test_row_that_cannot_be_taken_says_why(world: World, changes: dict[str, str], why: str) -> None:
    assert brought("centres", {**ROW, **changes}) == [("refused", why)]


def test_short_name_of_a_centre_that_works_is_not_taken(world: World) -> None:
    assert brought("centres", {**ROW, "id": world.centre.slug}) == [("refused", "slug_taken")]


def test_town_is_found_in_its_region(world: World) -> None:
    row = {"id": "ccei-pohang", "country": "KR", "name": "포항센터", "region": "경상북도 포항시"}
    assert put(row, source="a list") == ["added"]
    made = db.session.scalars(select(Centre).where(Centre.slug == "ccei-pohang")).unique().one()
    assert (made.organisation.region_code, made.time_zone) == ("KR-47", "Asia/Seoul")


def test_centre_on_record_is_marked_kept_from_robots_and_offered_nowhere(rows: Rows, client: FlaskClient) -> None:
    with rows():
        put(ROW)
        company = make_organisation("public", region_code="CA-QC-03")
        from marketplace.challenges.drafting import _centre_of

        assert _centre_of(company) is None
    answer = client.get("/centres/pole-qc-03?lang=en")
    page = answer.get_data(as_text=True)
    assert answer.headers["X-Robots-Tag"] == "noindex" and "On record from a public source" in page
    assert "https://pole.example" in page and "In figures" not in page and "schema.org" not in page
    assert "/centres/pole-qc-03" not in client.get("/sitemaps/centres/1.xml").get_data(as_text=True)
    entry = next(row for row in client.get("/api/v1/centres?limit=100").json["data"] if row["slug"] == "pole-qc-03")  # type: ignore[index]
    assert (entry["status"], entry["source"]["name"]) == ("reference", "a list")


def test_every_known_region_has_a_tile_of_its_own() -> None:
    assert set(tiles.PLACES) == {code for code, *_ in REGIONS}
    for group in {tiles.group_of(code) for code in tiles.PLACES}:
        spots = [place[:2] for code, place in tiles.PLACES.items() if tiles.group_of(code) == group]
        assert len(spots) == len(set(spots)) and all(1 <= column <= tiles.COLUMNS for column, _ in spots)


def test_tiles_read_line_by_line_and_unknown_regions_follow(world: World) -> None:
    odd = Region(code="KR-99", country="KR", name_en="Odd", name_fr="Odd", name_ko="Odd")
    known = list(db.session.scalars(select(Region).where(Region.country == "KR")))
    laid = tiles.lay_out_tiles([odd, *known], "ko")
    assert [(tile.line, tile.column) for tile in laid] == sorted((tile.line, tile.column) for tile in laid)
    assert laid[-1].region is odd and laid[1].label == "서울"


@pytest.mark.parametrize("lang", ["en", "fr", "ko"])
def test_map_says_in_words_what_it_draws(rows: Rows, client: FlaskClient, lang: str) -> None:
    with rows():
        centre = World.kept().centre
        make_challenge(None, make_call(make_programme(db.session.get_one(Centre, centre.id))))
        slug = centre.slug
    page = client.get(f"/centres?lang={lang}").get_data(as_text=True)
    link = re.search(rf'<a class="region" data-level="(\d)"\s+href="/centres/{slug}"\s+aria-label="([^"]+)"', page)
    assert link is not None and link[1] == "1"
    assert re.search(r": \D*1\D+1\D*$", link[2]), link[2]
    row = re.search(rf'href="/centres/{slug}">.*?</tr>', page, re.S)
    assert row is not None and re.findall(r"data-number>(\d+)<", row[0]) == ["1", "1"]


def test_map_costs_the_same_for_any_number_of_centres(rows: Rows, client: FlaskClient, count_queries) -> None:  # type: ignore[no-untyped-def]
    client.get("/centres")
    with rows():
        make_centre()
    with count_queries() as one:
        client.get("/centres")
    with rows():
        for region in ("KR-26", "KR-11"):
            make_centre(region=region)
    with count_queries() as three:
        page = client.get("/centres")
    assert len(three) == len(one) <= 15 and len(page.data) < 100_000


def test_real_list_is_taken_whole(world: World) -> None:
    with data("regions.csv").open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    assert put(*listed, source="regions.csv") == ["added"] * len(listed) and len(listed) > 1


def test_page_of_a_network_adds_up_its_centres(rows: Rows, client: FlaskClient) -> None:
    with rows():
        network = make_network()
        for _ in range(2):
            work_of(make_centre(network))
        make_centre(network)
        sums = [one.number for one in figures.figures_together(list(network.centres), clock.now())]
    assert sums == [2, 4, 2, 2, 2]
    page = client.get(f"/networks/{network.slug}").get_data(as_text=True)
    assert "A network of 3 centres" in page
    assert re.findall(r'class="figure"><dt>([^<]+)</dt><dd>(\d+)<', page)[:2] == [
        ("Open calls", "2"), ("Challenges published", "4"),
    ]  # fmt: skip


def test_nothing_invented_shows_on_the_page_of_a_network_that_exists(rows: Rows, client: FlaskClient) -> None:
    with rows():
        network = make_network()
        real, invented = make_centre(network), make_centre(network, is_demo=True)
        call = make_call(make_programme(invented))
        work_of(real, is_demo=True)
    page = client.get(f"/networks/{network.slug}").get_data(as_text=True)
    assert f"/centres/{real.slug}" in page and f"/centres/{invented.slug}" not in page
    assert f"/calls/{call.id}" not in page
    assert f"/centres/{invented.slug}" not in client.get("/centres").get_data(as_text=True)
    assert re.findall(r"<dt>(?:Challenges published|Collaborations)</dt><dd>(\d+)<", page) == ["0", "0"]


def test_network_without_a_centre_is_nowhere(rows: Rows, client: FlaskClient) -> None:
    with rows():
        network = make_network()
    assert client.get(f"/networks/{network.slug}").status_code == 404


def test_network_page_costs_the_same_whatever_its_size(rows: Rows, client: FlaskClient, count_queries: Any) -> None:
    costs = []
    for size in (1, 3):
        with rows():
            network = make_network()
            for _ in range(size):
                make_call(make_programme(make_centre(network)))
        with count_queries() as made:
            assert client.get(f"/networks/{network.slug}").status_code == 200
        costs.append(len(made))
    assert costs[0] == costs[1] <= 15, chr(10).join(x[:60] + " .. " + x[x.find("FROM") :][:90] for x in made)
