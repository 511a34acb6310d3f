"""Pages of questions: who reads what, what is refused, and no door through which the asker's name leaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from marketplace.kernel import clock, relay
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.notifications.models import Mail, Notification
from marketplace.people.models import User
from marketplace.questions import actions
from marketplace.questions.models import Question
from tests.applications.cast import make_application
from tests.factories import days_from_now, together
from tests.forms import post
from tests.questions.cast import challenge_in, make_question, question_in
from tests.roles import COMPANY, STAFF, STARTUP
from tests.world import Rows, SignedIn, World

NAME, ORIGINAL, WORDING = "Loopwell", "Zebrafish original words", "How deep do the pipes lie?"
SEEN, UNSEEN = ("published", "answered"), ("asked", "declined", "withdrawn")
OTHERS = ("anonymous", "company_owner", "other_company", "other_startup", "cooperating_manager", "network_staff",
          "evaluator")  # fmt: skip


def read(id: int, app: Flask) -> Question:
    with app.app_context():
        return db.session.scalars(
            sa.select(Question).where(Question.id == id).options(sa.orm.selectinload(Question.answers))
        ).one()


def test_startup_asks_and_finds_its_question(cast: World, rows: Rows, signed_in: SignedIn, app: Flask) -> None:
    with rows():
        challenge = challenge_in(cast)
    browser = signed_in(cast.memberships["startup_owner"])
    assert "Ask a question" in browser.get(f"/challenges/{challenge.id}").text
    form = f"/challenges/{challenge.id}/questions/new"
    refused = post(browser, form, f"/challenges/{challenge.id}/questions", words=" ", locale="ko", once="k1")
    assert refused.status_code == 422 and "Write it down first." in refused.text
    fields = {"words": "관은 얼마나 깊이 있습니까?", "locale": "ko", "once": "k2"}
    first = post(browser, form, f"/challenges/{challenge.id}/questions", **fields)
    again = post(browser, form, f"/challenges/{challenge.id}/questions", **fields)
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Question)) == 1
    page = browser.get(first.location).text
    assert "관은 얼마나 깊이 있습니까?" in page and 'lang="ko"' in page and "With the centre" in page


def test_others_are_refused_the_form(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        challenge = challenge_in(cast)
    seen = {}
    for role in ("manager", "company_owner", "network_staff", "evaluator", "person"):
        browser = signed_in(cast.memberships.get(role) or cast.person)
        form = browser.get(f"/challenges/{challenge.id}/questions/new").status_code
        seen[role] = (form, "Ask a question" in browser.get(f"/challenges/{challenge.id}").text)
    assert seen == dict.fromkeys(seen, (403, False))


def test_form_says_why_questions_are_closed(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        challenge = challenge_in(cast, closes=2)
        make_question(challenge, state="answered")
    browser = signed_in(cast.memberships["startup_owner"])
    refused = browser.get(f"/challenges/{challenge.id}/questions/new")
    assert refused.status_code == 409 and "Questions closed on" in refused.text
    page = browser.get(f"/challenges/{challenge.id}").text
    assert "Questions closed on" in page and "Ask a question" not in page and "Between one metre" in page


def test_centre_publishes_what_it_has_edited(cast: World, rows: Rows, signed_in: SignedIn, app: Flask) -> None:
    with rows():
        question = question_in(cast, words=ORIGINAL)
    browser, page = signed_in(cast.memberships["broker"]), f"/questions/{question.id}"
    desk = browser.get("/desk").text
    assert "Look over a question" in desk and page in desk
    form = browser.get(page).text
    assert NAME in form and f"{ORIGINAL}</textarea>" in form
    done = post(browser, page, f"{page}/publication", wording=WORDING, version="1")
    assert done.status_code == 303
    shown = browser.get(page).text
    assert ORIGINAL in shown and WORDING in shown
    assert read(question.id, app).state == "published"
    company = signed_in(cast.memberships["company_member"])
    assert "Answer a question" in company.get("/desk").text
    assert "Look over a question" not in browser.get("/desk").text


def test_decline_wants_a_reason_that_the_asker_reads(cast: World, rows: Rows, signed_in: SignedIn, app: Flask) -> None:
    with rows():
        question = question_in(cast)
    browser, page = signed_in(cast.memberships["manager"]), f"/questions/{question.id}"
    refused = post(browser, page, f"{page}/refusal", reason=" ", version="1")
    assert refused.status_code == 422 and "Give a reason" in refused.text
    assert post(browser, page, f"{page}/refusal", reason="It asks for a price.", version="1").status_code == 303
    assert "It asks for a price." in signed_in(cast.memberships["startup_member"]).get(page).text
    for role in ("company_owner", "other_startup", "network_staff"):
        assert signed_in(cast.memberships[role]).get(page).status_code == 404


def test_asker_withdraws_before_publication_alone(cast: World, rows: Rows, signed_in: SignedIn, app: Flask) -> None:
    with rows():
        early, late = question_in(cast), question_in(cast, "published")
    browser = signed_in(cast.memberships["startup_owner"])
    page = f"/questions/{early.id}"
    assert post(browser, page, f"{page}/withdrawal", version="1").status_code == 303
    assert read(early.id, app).state == "withdrawn"
    assert signed_in(cast.memberships["manager"]).get(page).status_code == 404
    assert post(browser, page, f"/questions/{late.id}/withdrawal", version="1").status_code == 409


def test_answer_is_read_by_everybody_and_its_correction_shown(
    cast: World, rows: Rows, signed_in: SignedIn, app: Flask
) -> None:
    with rows():
        question = question_in(cast, "published")
        challenge_id = question.challenge_id
    company, page = signed_in(cast.memberships["company_owner"]), f"/questions/{question.id}"
    assert post(company, page, f"{page}/answer", words="Deux mètres.", locale="fr", version="1").status_code == 303
    version = read(question.id, app).version
    same = post(company, page, f"{page}/correction", words="Deux mètres.", locale="fr", version=str(version))
    assert same.status_code == 422
    centre = signed_in(cast.memberships["manager"])
    changed = post(centre, page, f"{page}/correction", words="Trois mètres.", locale="fr", version=str(version))
    assert changed.status_code == 303
    anybody = app.test_client()
    for address in (f"/challenges/{challenge_id}", f"/challenges/{challenge_id}/questions"):
        shown = anybody.get(address).text
        assert "Trois mètres." in shown and "Deux mètres." in shown and "corrected on" in shown
        assert "Written in French." in shown and 'lang="fr"' in shown


def test_earlier_answer_of_a_hidden_company_is_kept_from_strangers(
    cast: World, rows: Rows, signed_in: SignedIn, app: Flask
) -> None:
    with rows():
        challenge = challenge_in(cast, visibility="anonymous")
        question = question_in(cast, "answered", challenge=challenge, answer="We of the harbour say one.")
    company, page = signed_in(cast.memberships["company_owner"]), f"/questions/{question.id}"
    assert post(company, page, f"{page}/correction", words="Two.", locale="en", version="1").status_code == 303
    assert "Only the company and the centre still read the earlier answer." in company.get(page).text
    pages = (f"/challenges/{challenge.id}", f"/challenges/{challenge.id}/questions", page)
    for role in ("anonymous", "startup_owner", "other_startup", "other_company", "company_member", "manager"):
        browser = signed_in(cast.memberships.get(role))
        seen = {path: "harbour" in browser.get(path).text for path in pages}
        assert seen == dict.fromkeys(pages, role in ("company_member", "manager")), role


def test_older_version_is_shown_beside_the_stored_one(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        question = question_in(cast, "answered", answer="Stored answer.")
        actions.correct_answer(question, cast.actor("manager"), words="Newer answer.", locale="en")
    browser, page = signed_in(cast.memberships["company_owner"]), f"/questions/{question.id}"
    assert "Newer answer.</textarea>" in browser.get(page).text
    late = post(browser, page, f"{page}/correction", words="My answer.", locale="en", version="1")
    assert late.status_code == 409
    assert "My answer." in late.text and "Newer answer." in late.text


def test_page_tells_nobody_who_asked(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    """One role of each kind; who sees a question is proved for every role in test_queries."""
    with rows(), together():
        silent, spoken = challenge_in(cast), challenge_in(cast)
        unseen = [question_in(cast, state, challenge=silent, words=ORIGINAL) for state in UNSEEN]
        seen = [question_in(cast, state, challenge=spoken, words=ORIGINAL, wording=WORDING) for state in SEEN]
    pages = [f"/challenges/{challenge.id}{page}" for challenge in (silent, spoken) for page in ("", "/questions")]
    wrong = []
    for role in OTHERS:
        browser = signed_in(cast.memberships.get(role))
        shown = {path: browser.get(path).text for path in (*pages, *(f"/questions/{one.id}" for one in seen), "/desk")}
        wrong += [(role, path) for path, text in shown.items() if NAME in text or ORIGINAL in text]
        wrong += [(role, path) for path in pages if ("question-" in shown[path]) != (str(spoken.id) in path)]
        hidden = {browser.get(f"/questions/{one.id}").status_code for one in unseen}
        wrong += [(role, hidden)] if hidden != {303 if role == "anonymous" else 404} else []
    assert wrong == []


def test_messages_go_to_whom_they_concern_and_name_nobody(
    cast: World, rows: Rows, signed_in: SignedIn, app: Flask
) -> None:
    with rows():
        for role, locale in (("company_owner", "fr"), ("other_startup", "ko")):
            db.session.get_one(User, cast.memberships[role].user_id).locale = locale
        challenge = challenge_in(cast)
        make_application(challenge, cast.other_startup)
        question = actions.ask_question(challenge, cast.actor("startup_owner"), words=ORIGINAL, locale="en")
        actions.publish_question(question, cast.actor("manager"), wording=WORDING)
        actions.answer_question(question, cast.actor("company_owner"), words="Two metres.", locale="en")
    with app.app_context(), open_unit():
        relay.run_due()
        told = sa.select(Notification.step, User.id).join(User, User.id == Notification.user_id)
        found = {(step, id) for step, id in db.session.execute(told.where(Notification.subject_type == "question"))}
        people = {role: member.user_id for role, member in cast.memberships.items()}
        mails = [f"{mail.subject} {mail.body}" for mail in db.session.scalars(sa.select(Mail))]
    expected = {
        "question.ask": STAFF,
        "question.publish": COMPANY | STARTUP,
        "question.answer": COMPANY | STARTUP | STAFF | {"other_startup"},
    }
    actors = {"question.ask": "startup_owner", "question.publish": "manager", "question.answer": "company_owner"}
    wanted = {(step, people[role]) for step, roles in expected.items() for role in roles - {actors[step]}}
    world_people = set(people.values())
    assert {pair for pair in found if pair[1] in world_people} == wanted
    assert mails and not any(NAME in mail or ORIGINAL in mail or "startup_owner" in mail for mail in mails)
    for role in ("company_member", "other_startup"):
        page = signed_in(cast.memberships[role]).get("/notifications").text
        assert f"/questions/{question.id}" in page or f"/challenges/{challenge.id}" in page, role
        assert NAME not in page and ORIGINAL not in page, role


def test_late_answer_shows_on_the_desks(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        question = question_in(cast, "published")
        question.answer_by = days_from_now(-2)
    assert "is not answered yet" in signed_in(cast.memberships["manager"]).get("/desk").text
    assert "2 days late" in signed_in(cast.memberships["company_owner"]).get("/desk").text
    assert "is late" in signed_in(cast.memberships["other_startup"]).get(f"/questions/{question.id}").text


def test_own_question_is_under_way_for_its_asker(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        question_in(cast)
    assert "The centre looks over your question" in signed_in(cast.memberships["startup_owner"]).get("/desk").text
    assert "looks over your question" not in signed_in(cast.memberships["other_startup"]).get("/desk").text


def test_pages_take_the_same_queries_for_one_and_three(
    cast: World, rows: Rows, signed_in: SignedIn, count_queries: Any
) -> None:
    with rows():
        one, three = challenge_in(cast), challenge_in(cast)
        for challenge, many in ((one, 1), (three, 3)):
            for _ in range(many):
                make_question(challenge, state="answered")
    for role in ("anonymous", "startup_owner", "company_owner", "manager"):
        browser, sizes = signed_in(cast.memberships.get(role)), []
        for challenge in (one, three):
            for path in (f"/challenges/{challenge.id}", f"/challenges/{challenge.id}/questions"):
                with count_queries() as seen:
                    assert browser.get(path).status_code == 200
                sizes.append(len(seen))
        assert sizes[:2] == sizes[2:] and max(sizes) <= 15, (role, sizes)


def test_challenge_shows_the_newest_and_leads_to_all(cast: World, rows: Rows, app: Flask) -> None:
    with rows():
        challenge = challenge_in(cast)
        for n in range(24):
            make_question(
                challenge, state="answered", words=f"Question number {n:02}.",
                published_at=clock.now() - timedelta(hours=24 - n),
            )  # fmt: skip
    browser = app.test_client()
    page = browser.get(f"/challenges/{challenge.id}").text
    assert "Question number 23." in page and "Question number 18." not in page
    assert f"/challenges/{challenge.id}/questions" in page
    first = browser.get(f"/challenges/{challenge.id}/questions").text
    second = browser.get(f"/challenges/{challenge.id}/questions?page=2").text
    assert "Question number 04." in first and "Question number 03." in second


def test_kept_page_of_strangers_changes_with_an_answer(
    cast: World, rows: Rows, signed_in: SignedIn, app: Flask
) -> None:
    with rows():
        question = question_in(cast, "published")
    browser, path = app.test_client(), f"/challenges/{question.challenge_id}"
    assert "Two metres." not in browser.get(path).text
    page = f"/questions/{question.id}"
    company = signed_in(cast.memberships["company_owner"])
    assert post(company, page, f"{page}/answer", words="Two metres.", locale="en", version="1").status_code == 303
    assert "Two metres." in browser.get(path).text
