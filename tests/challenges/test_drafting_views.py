"""Writing and reviewing through the pages: nothing typed is lost, nobody does what is another's."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.challenges import guards
from marketplace.challenges.models import Challenge
from marketplace.challenges.sections import SECTIONS
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.factories import again
from tests.forms import token_in
from tests.people.cast import make_organisation
from tests.world import Rows, SignedIn, World

NEED = {
    "main_locale": "en", "fields": ["water"], "text_en-title": "Find leaks", "text_en-summary": "Pipes leak.",
    "text_en-problem": "A sixth is lost.", "text_en-success_criteria": "Found within three metres.",
    "text_fr-title": "Trouver les fuites",
}  # fmt: skip
REST: dict[str, dict[str, Any]] = {
    "startup": {"trl_from": "4", "trl_to": "6", "startups_sought": "2"},
    "offer": {"resources": ["data", "site"], "budget": "140000000", "currency": "KRW", "payment_days": "30"},
    "terms": {
        "ip_option": "startup_keeps", "owner_name": "Son Hyewon", "decision_date": "2099-04-23",
        "text_en-purchase_route": "Direct purchase.",
    },
    "audience": {"visibility": "public"},
}  # fmt: skip


class Desk:
    """A browser that sends forms as they were drawn."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser = browser

    def form(self, path: str) -> dict[str, str]:
        page = self.browser.get(path).get_data(as_text=True)
        found = dict(re.findall(r'<input[^>]*?name="(version|once)"[^>]*?value="([^"]*)"', page))
        return {"csrf_token": token_in(page), **found}

    def send(self, path: str, drawn_at: str, **values: Any) -> Any:
        return self.browser.post(path, data={**self.form(drawn_at), **values})


def desk(signed_in: SignedIn, world: World, role: str) -> Desk:
    return Desk(signed_in(world.memberships[role]))


def stored(rows: Rows, id: int) -> dict[str, Any]:
    with rows():
        found = db.session.get_one(Challenge, id)
        texts = {code: text.title for code, text in found.texts.items()}
        return {"state": found.state, "trl": (found.trl_from, found.trl_to), "titles": texts, "version": found.version}


def test_challenge_goes_from_a_first_line_to_publication(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    company, staff = desk(signed_in, cast, "company_owner"), desk(signed_in, cast, "broker")
    begun = company.send("/challenges", "/challenges/new", main_locale="en", title="Find leaks")
    assert begun.status_code == 303
    edit = begun.headers["Location"].rpartition("/")[0]
    id = int(edit.split("/")[2])
    for name, values in {"need": NEED, **REST}.items():
        saved = company.send(f"/challenges/{id}/sections/{name}", f"{edit}/{name}", following="", **values)
        assert (saved.status_code, saved.headers["Location"]) == (303, edit)
    assert "Nothing is missing." in company.browser.get(edit).get_data(as_text=True)
    assert company.send(f"/challenges/{id}/submission", edit).status_code == 303
    assert stored(rows, id)["state"] == "submitted"
    assert "Find leaks" in staff.browser.get("/challenges/review").get_data(as_text=True)

    review = f"/challenges/{id}/review"
    assert staff.send(review, review).status_code == 303
    staff.send(f"/challenges/{id}/revisions", review, reason="Say what a leak costs.")
    for path in (f"/challenges/{id}/edit", f"/challenges/{id}", "/desk"):
        assert f'href="/challenges/{id}/review#comments"' in company.browser.get(path).text, path
    asked = company.browser.get(f"/challenges/{id}/review").text
    assert "Say what a leak costs." in asked and f'href="/challenges/{id}/edit"' in asked
    assert "Say what a leak costs." in company.browser.get(review).get_data(as_text=True)
    changed = {**NEED, "text_en-why_now": "Each leak costs more."}
    company.send(f"/challenges/{id}/sections/need", f"{edit}/need", **changed)
    company.send(f"/challenges/{id}/submission", edit)
    page = staff.browser.get(review).get_data(as_text=True)
    assert "What changed since the last version" in page and "Each leak costs more." in page
    staff.send(f"/challenges/{id}/candidacy", review)
    with rows():
        call = make_call(again(cast.programme))
    assert "Publish the challenge “Find leaks”?" in staff.browser.get(review).text
    published = staff.send(f"/challenges/{id}/publication", review, call=str(call.id))
    assert published.headers["Location"] == f"/challenges/{id}"
    found = stored(rows, id)
    assert (found["state"], found["titles"]) == ("open", {"en": "Find leaks", "fr": "Trouver les fuites"})
    public = signed_in(None).get(f"/challenges/{id}").get_data(as_text=True)
    assert "published the challenge" in public
    assert "Say what a leak costs." not in public and "asked for changes" not in public


def draft(rows: Rows, world: World, **values: Any) -> int:
    with rows():
        values.setdefault("state", "draft")
        centre, company = again(world.centre), again(world.company)
        id: int = make_challenge(company, None, centre=centre, **values).id
        return id


def test_double_press_begins_one_challenge(cast: World, signed_in: SignedIn) -> None:
    company = desk(signed_in, cast, "company_owner")
    sent = {**company.form("/challenges/new"), "main_locale": "fr", "title": "Des fuites"}
    first, second = (company.browser.post("/challenges", data=sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]


def test_wrong_input_is_kept_and_explained(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    id, company = draft(rows, cast), desk(signed_in, cast, "company_member")
    edit = f"/challenges/{id}/edit/startup"
    answer = company.send(f"/challenges/{id}/sections/startup", edit, trl_from="7", trl_to="3", startups_sought="2")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="7"' in page and 'value="3"' in page and "data-errors" in page
    assert stored(rows, id)["trl"] == (4, 6)


@pytest.mark.parametrize(
    ("language", "says"), [("en", "between 1 and 20"), ("fr", "entre 1 et 20"), ("ko", "1 이상, 20 이하")]
)
def test_number_of_startups_names_its_bounds(
    cast: World, rows: Rows, signed_in: SignedIn, language: str, says: str
) -> None:
    id, company = draft(rows, cast), desk(signed_in, cast, "company_member")
    section = f"/challenges/{id}/sections/startup?lang={language}"
    for given in ("0", "21"):
        answer = company.send(section, f"/challenges/{id}/edit/startup", startups_sought=given)
        assert (answer.status_code, says in answer.text) == (422, True), given


def test_autosave_keeps_what_it_can_and_carries_the_new_mark(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    id, company = draft(rows, cast), desk(signed_in, cast, "company_owner")
    path, edit = f"/challenges/{id}/drafts/need", f"/challenges/{id}/edit/need"
    drawn = company.form(edit)
    first = company.browser.post(path, data={**drawn, **NEED})
    assert first.status_code == 200
    mark = re.search(r'data-version="(\d+)"', first.get_data(as_text=True))
    assert mark is not None
    second = company.browser.post(path, data={**drawn, **NEED, "version": mark[1], "text_en-title": "Hear leaks"})
    assert second.status_code == 200
    assert stored(rows, id)["titles"]["en"] == "Hear leaks"
    late = company.browser.post(path, data={**drawn, **NEED, "text_en-title": "Late"})
    assert late.status_code == 409
    assert stored(rows, id)["titles"]["en"] == "Hear leaks"
    wrong = company.send(
        f"/challenges/{id}/drafts/startup", f"/challenges/{id}/edit/startup", trl_from="2", trl_to="99",
        startups_sought="3",
    )  # fmt: skip
    assert "except" in wrong.get_data(as_text=True)


def test_conflict_shows_both_versions(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    id, company = draft(rows, cast), desk(signed_in, cast, "company_owner")
    drawn = company.form(f"/challenges/{id}/edit/need")
    path = f"/challenges/{id}/sections/need"
    assert company.browser.post(path, data={**drawn, **NEED}).status_code == 303
    answer = company.browser.post(path, data={**drawn, **NEED, "text_en-title": "My own title"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "My own title" in page and "Find leaks" in page
    again = re.search(r'name="version" value="(\d+)"', page)
    assert again is not None
    kept = company.browser.post(path, data={**drawn, **NEED, "version": again[1], "text_en-title": "My own title"})
    assert kept.status_code == 303
    assert stored(rows, id)["titles"]["en"] == "My own title"


def test_page_names_what_is_missing_with_links(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    id = draft(rows, cast, trl_from=None, trl_to=None, owner_name=None)
    page = desk(signed_in, cast, "company_owner").browser.get(f"/challenges/{id}/edit").get_data(as_text=True)
    assert f'<a href="/challenges/{id}/edit/startup">Readiness from</a>' in page
    assert f'<a href="/challenges/{id}/edit/terms">Problem owner</a>' in page
    assert 'aria-disabled="true"' in page


def test_writer_sees_how_many_fit_the_description(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    id, company = draft(rows, cast), desk(signed_in, cast, "company_owner")
    with rows():
        for _ in range(4):
            make_organisation("public")
        known = guards.count_matching("public", None, None, None)
    wide = company.browser.get(f"/challenges/{id}/fitting?visibility=anonymous&says_kind=y").get_data(as_text=True)
    assert known >= 5 and f"{known} verified organisations fit" in wide
    near = company.browser.get(f"/challenges/{id}/fitting?place=region").get_data(as_text=True)
    assert "Daegu" in near or "Region KR-27" in near


def test_startups_are_found_and_invited_by_name(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    id, company = draft(rows, cast), desk(signed_in, cast, "company_owner")
    edit = f"/challenges/{id}/edit/audience"
    led = company.send(f"/challenges/{id}/sections/audience", edit, visibility="invited", startup="ONDA", look="1")
    assert led.headers["Location"].endswith("startup=ONDA#invited")
    assert "Onda Labs" in company.browser.get(f"{edit}?startup=ONDA").get_data(as_text=True)
    company.send(f"/challenges/{id}/sections/audience", edit, visibility="invited", invited=[cast.other_startup.id])
    with rows():
        assert [r.organisation_id for r in db.session.get_one(Challenge, id).invited] == [cast.other_startup.id]


def test_withdrawal_needs_a_reason_and_hides_it_from_strangers(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        call = make_call(again(cast.programme))
        id = make_challenge(again(cast.company), call, centre=again(cast.centre)).id
    company = desk(signed_in, cast, "company_owner")
    review = f"/challenges/{id}/review"
    assert company.send(f"/challenges/{id}/withdrawal", review, reason=" ").status_code == 422
    assert company.send(f"/challenges/{id}/withdrawal", review, reason="The plant closes.").status_code == 303
    page = signed_in(None).get(f"/challenges/{id}").get_data(as_text=True)
    assert "The company withdrew this challenge" in page
    assert "The plant closes." not in page
    assert "The plant closes." in company.browser.get(f"/challenges/{id}").get_data(as_text=True)


def test_cooperating_centre_hands_a_candidate_over(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        call = make_call(again(cast.programme))
        challenge = make_challenge(again(cast.company), centre=again(cast.cooperating), state="in_review")
        challenge.state, id = "candidate", challenge.id
    reviewer, manager = desk(signed_in, cast, "cooperating_manager"), desk(signed_in, cast, "manager")
    review = f"/challenges/{id}/review"
    assert manager.browser.get(review).status_code == 404
    assert "Hand it to the managing centre" in reviewer.browser.get(review).get_data(as_text=True)
    assert reviewer.send(f"/challenges/{id}/placement", review, call="0").status_code == 422
    assert reviewer.send(f"/challenges/{id}/placement", review, call=str(call.id)).status_code == 303
    assert manager.send(f"/challenges/{id}/publication", review).status_code == 303
    assert stored(rows, id)["state"] == "open"


def test_several_candidates_are_published_at_once(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        call = make_call(again(cast.programme))
        company, centre = again(cast.company), again(cast.centre)
        ids = [make_challenge(company, call, centre=centre, state="candidate").id for _ in range(3)]
    staff = desk(signed_in, cast, "manager")
    path = "/challenges/review?state=candidate"
    staff.send("/challenges/publications", path, call=str(call.id), challenge=[str(id) for id in ids[:2]])
    assert [stored(rows, id)["state"] for id in ids] == ["open", "open", "candidate"]
    assert "2 challenges are published." in staff.browser.get(path).get_data(as_text=True)


def test_network_staff_reads_the_candidates_and_publishes_none(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        call = make_call(again(cast.programme))
        id = make_challenge(again(cast.company), call, centre=again(cast.centre), state="candidate").id
    watcher = desk(signed_in, cast, "network_staff")
    path = "/challenges/review?state=candidate"
    assert "/challenges/publications" not in watcher.browser.get(path).get_data(as_text=True)
    answer = watcher.send("/challenges/publications", "/settings", call=str(call.id), challenge=[str(id)])
    assert (answer.status_code, "the staff of a centre" in answer.get_data(as_text=True)) == (403, True)
    assert stored(rows, id)["state"] == "candidate"


def test_own_list_costs_the_same_for_one_and_three(
    cast: World, rows: Rows, signed_in: SignedIn, count_queries: Any
) -> None:
    spent = []
    for number in (1, 3):
        world = cast
        with rows():
            for _ in range(number):
                make_challenge(again(world.company), make_call(again(world.programme)))
        browser = signed_in(world.memberships["company_owner"])
        with count_queries() as seen:
            assert browser.get("/challenges/mine").status_code == 200
        spent.append(len(seen))
    assert spent[0] == spent[1]


def test_own_list_says_who_acts_next(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    company = desk(signed_in, cast, "company_member")
    assert "You have not written a challenge yet" in company.browser.get("/challenges/mine").get_data(as_text=True)
    draft(rows, cast)
    draft(rows, cast, state="revision")
    page = company.browser.get("/challenges/mine").get_data(as_text=True)
    assert "Your turn: finish the challenge and send it to the centre" in page
    assert "Changes asked of you" in page


POSTS = ("submission", "withdrawal", "review", "candidacy", "revisions", "rejection", "publication", "no-answer",
         "archiving", "comments", "sections/need", "drafts/need")  # fmt: skip
GETS = ("edit", "edit/need", "preview", "review", "fitting")


def test_draft_and_review_are_closed_to_everybody_else(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    """Every address for those who stand nearest; who sees a challenge is proved for every role in test_queries."""
    sent, hidden = draft(rows, cast, state="in_review"), draft(rows, cast)
    wrong = []
    for role in ("anonymous", "startup_owner", "other_company", "cooperating_manager", "foreign_manager", "evaluator"):
        visitor, refused = signed_in(cast.memberships.get(role)), 303 if role == "anonymous" else 404
        token = token_in(visitor.get("/sign-in" if role == "anonymous" else "/settings").text)
        assert token, role
        for address in (
            *(f"{sent}/{path}" for path in GETS),
            f"{hidden}/edit",
            f"{hidden}/preview",
            f"{hidden}/review",
        ):
            status = visitor.get(f"/challenges/{address}").status_code
            wrong += [(role, address, status)] if status != refused else []
        for path in POSTS:
            status = visitor.post(f"/challenges/{sent}/{path}", data={"reason": "x", "csrf_token": token}).status_code
            wrong += [(role, path, status)] if status != (401 if role == "anonymous" else 404) else []
    assert wrong == []
    assert (stored(rows, sent)["state"], stored(rows, hidden)["state"]) == ("in_review", "draft")


def test_roles_do_not_take_each_others_steps(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    id = draft(rows, cast, state="in_review")
    company, staff = desk(signed_in, cast, "company_owner"), desk(signed_in, cast, "manager")
    review = f"/challenges/{id}/review"
    for path in ("candidacy", "rejection", "revisions"):
        assert company.send(f"/challenges/{id}/{path}", review, reason="x").status_code == 403
    assert staff.send(f"/challenges/{id}/submission", review).status_code == 404
    assert company.browser.get("/challenges/review").status_code == 403
    assert staff.browser.get("/challenges/mine").status_code == 403
    assert staff.browser.get("/challenges/new").status_code == 403
    assert stored(rows, id)["state"] == "in_review"


@pytest.mark.parametrize("language", ["en", "fr", "ko"])
def test_every_section_is_drawn_in_every_language(cast: World, rows: Rows, signed_in: SignedIn, language: str) -> None:
    id, company = draft(rows, cast), desk(signed_in, cast, "company_owner")
    names = [part.name for part in SECTIONS]
    drawn = {}
    for name in names:
        page = company.browser.get(f"/challenges/{id}/edit/{name}?lang={language}")
        drawn[name] = (page.status_code, f'lang="{language}"' in page.text[:200])
    assert drawn == dict.fromkeys(names, (200, True))
    assert company.browser.get(f"/challenges/{id}/edit/nonsense").status_code == 404


def test_another_startup_is_invited_once_after_publication(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        shown = make_challenge(cast.company, make_call(cast.programme), visibility="invited").id
    company, page = desk(signed_in, cast, "company_owner"), f"/challenges/{shown}/invitations"
    assert "Onda Labs" in company.browser.get(f"{page}?q=onda").get_data(as_text=True)
    for _ in range(2):
        answer = company.send(f"{page}/{cast.other_startup.id}", f"{page}?q=onda")
        assert answer.headers["Location"].endswith(page)
    with rows():
        assert [r.organisation_id for r in db.session.get_one(Challenge, shown).invited] == [cast.other_startup.id]
        told = db.session.scalars(select(Event.data).where(Event.step == "challenge.invite")).all()
    assert told == [{"organisations": [cast.other_startup.id]}]
    assert desk(signed_in, cast, "manager").browser.get(page).status_code == 403
    assert desk(signed_in, cast, "startup_owner").browser.get(page).status_code == 404
