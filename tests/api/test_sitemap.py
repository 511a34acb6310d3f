"""What search engines are told: every public page once, nothing else, and how pages describe themselves."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from marketplace.api import sitemap_views
from marketplace.kernel import clock
from tests.api.test_views import hide, make
from tests.calls.cast import make_call
from tests.factories import again
from tests.people.cast import make_organisation
from tests.world import Rows, SignedIn, World


def locations(client: FlaskClient, address: str) -> list[str]:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    found = ElementTree.fromstring(answer.data).iter(f"{{{sitemap_views.NAMESPACE}}}loc")
    return [re.sub(r"^https?://[^/]+", "", node.text or "") for node in found]


def listed(client: FlaskClient) -> list[str]:
    return [page for part in locations(client, "/sitemap.xml") for page in locations(client, part)]


def test_sitemap_names_public_pages_once_and_nothing_hidden(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        now, world = clock.now(), World.kept()
        unverified = make_organisation("startup", state="unverified")
        imported = make_organisation("startup", source="a register", source_id="1")
        draft, call = make_call(again(world.programme), state="draft"), make_call(again(world.programme))
        who, company, centre = world.memberships["manager"], world.company, world.centre
        network = world.network.slug
    hidden = [*hide(rows), make(rows, state="withdrawn", published_at=now), make(rows, is_reference=True)]
    shown = make(rows, visibility="anonymous")
    for browser in (signed_in(None), signed_in(who)):
        found = listed(browser)
        assert len(found) == len(set(found))
        for page in (f"/challenges/{shown.id}", f"/calls/{call.id}", f"/centres/{centre.slug}", f"/networks/{network}",
                     f"/organisations/{company.id}", "/", "/challenges"):  # fmt: skip
            assert page in found
        unseen = [f"/challenges/{challenge.id}" for challenge in hidden]
        unseen += [f"/calls/{draft.id}", f"/organisations/{unverified.id}", f"/organisations/{imported.id}"]
        assert set(found).isdisjoint(unseen)


def test_sitemap_is_cut_into_parts(rows: Rows, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap_views, "MOST", 2)
    made = [make(rows) for _ in range(3)]
    parts = [part for part in locations(client, "/sitemap.xml") if "challenges" in part]
    assert parts == ["/sitemaps/challenges/1.xml", "/sitemaps/challenges/2.xml"]
    assert [locations(client, part) for part in parts] == [
        [f"/challenges/{made[0].id}", f"/challenges/{made[1].id}"], [f"/challenges/{made[2].id}"],
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["challenges/0", "challenges/77", "pages/2", "secrets/1", "calls/9223372036854775807"])
def test_part_that_is_not_there_is_no_address(client: FlaskClient, name: str) -> None:
    assert client.get(f"/sitemaps/{name}.xml").status_code == 404


def test_robots_are_led_to_the_sitemap_and_away_from_the_rest(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    lines = answer.get_data(as_text=True).splitlines()
    assert answer.mimetype == "text/plain"
    assert lines[0] == "User-agent: *" and lines[-1].endswith("/sitemap.xml")
    assert {"Disallow: /desk", "Disallow: /applications", "Disallow: /*?*status=reference"} <= set(lines)


def test_page_names_its_lasting_address_and_its_languages(rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows)
    path = f"/challenges/{challenge.id}"
    page = client.get(path, headers={"Host": "elsewhere.example"}).get_data(as_text=True)
    assert "elsewhere.example" not in page
    assert re.search(rf'rel="canonical" href="[^"]+{path}"', page)
    assert re.search(rf'hreflang="fr" href="[^"]+{path}\?lang=fr"', page)
    assert re.search(rf'hreflang="x-default" href="[^"]+{path}"', page)
    assert f'property="og:title" content="{challenge.texts["en"].title}"' in page
    assert 'property="og:description" content="Old pipes leak and nobody sees where."' in page
    french = client.get(f"{path}?lang=fr").get_data(as_text=True)
    assert re.search(rf'rel="canonical" href="[^"]+{path}\?lang=fr"', french)
    assert 'rel="canonical"' not in client.get("/challenges?field=water").get_data(as_text=True)


def test_pages_describe_themselves_without_a_script(rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows, visibility="anonymous")
    with rows():
        call_id, slug = again(challenge).call_id, World.kept().centre.slug
    pages = {"Demand": f"/challenges/{challenge.id}", "MonetaryGrant": f"/calls/{call_id}",
             "Organization": f"/centres/{slug}"}  # fmt: skip
    for kind, path in pages.items():
        page = client.get(path).get_data(as_text=True)
        assert f'typeof="{kind}"' in page and 'vocab="https://schema.org/"' in page
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    described = (
        client.get(pages["Demand"]).get_data(as_text=True).partition('typeof="Demand"')[2].partition("</div>")[0]
    )
    assert 'property="availabilityEnds"' in described
    assert "Haneul" not in described and slug not in described
