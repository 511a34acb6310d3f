"""Lists that are empty say what stands elsewhere, and a pairing's page leads to what one decides on."""

from __future__ import annotations

from tests.collaborations.cast import begun, milestone_of
from tests.pairings.cast import pair
from tests.world import Rows, SignedIn, World


def test_tabs_count_and_an_empty_one_says_where_the_others_are(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        cast = World.kept()
        begun(cast, "succeeded")
    browser = signed_in(cast.memberships["manager"])
    page = browser.get("/collaborations").text
    assert "None is under way" in page and "One collaboration stands under “All”." in page
    with rows():
        milestone_of(begun(cast, "active"), days=-3)
    page = browser.get("/collaborations?overdue=1").text
    counts = [part.partition("</")[0] for part in page.split("data-quiet>")[1:6]]
    assert counts == ["1", "1", "0", "1", "2"]


def test_pairing_leads_to_what_one_decides_on(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        cast = World.kept()
        pairing = pair(cast)
        at, application = f"/pairings/{pairing.id}", pairing.application_id
        call, company, startup = pairing.call_id, pairing.company_id, pairing.startup_id
    staff = signed_in(cast.memberships["manager"]).get(at).text
    for address in (f"/organisations/{company}", f"/organisations/{startup}", f"/applications/{application}"):
        assert f'href="{address}"' in staff
    assert f'href="/calls/{call}"' in staff
    side = signed_in(cast.memberships["company_member"]).get(at).text
    assert f'href="/organisations/{startup}"' in side
