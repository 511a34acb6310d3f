"""The demonstration is a whole story, in three languages, that keeps every rule it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.applications.checks import check_of
from marketplace.applications.models import Application, ApplicationRevision
from marketplace.calls.eligibility import overall_verdict
from marketplace.calls.models import Award, Call
from marketplace.challenges.models import Challenge
from marketplace.collaborations.models import AgreementVersion, Collaboration, Outcome, Signature
from marketplace.demo.load import load
from marketplace.desk import queries as desk
from marketplace.kernel import clock
from marketplace.kernel.db import commit, db
from marketplace.kernel.events import Event, Outbox, subject_type
from marketplace.kernel.unit_of_work import open_unit
from marketplace.kernel.words import words_of
from marketplace.kernel.workflow import machines
from marketplace.network.models import Centre, Programme
from marketplace.pairings.models import Pairing
from marketplace.people import demo
from marketplace.people.models import Organisation, User
from marketplace.questions.models import Question
from tests import services
from tests.conftest import make_app
from tests.people.cast import actor_of


@pytest.fixture(scope="module")
def loaded(where: services.Addresses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application over a database that holds the story; tests only read it."""
    url = services.clone(where)
    app = make_app(url, where, tmp_path_factory.mktemp("demo"))
    with app.app_context(), open_unit():
        assert load()
        commit()
    yield app
    with app.app_context():
        db.engine.dispose()
    services.drop(url)


@pytest.fixture
def story(loaded: Flask) -> Iterator[None]:
    with loaded.app_context(), open_unit():
        yield


def states_of(model: type[Application] | type[Challenge] | type[Collaboration]) -> Counter[str]:
    return Counter(db.session.scalars(sa.select(model.state)))


def test_story_is_loaded_once(story: None) -> None:
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Event))
    assert not load()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == before


def test_story_has_the_cast_it_promises(story: None) -> None:
    kinds = Counter(db.session.scalars(sa.select(Organisation.kind)))
    assert kinds["centre"] == 5
    programme = db.session.scalars(sa.select(Programme)).one()
    assert len(programme.cooperating_centres) == 4
    assert sorted(db.session.scalars(sa.select(Call.track))) == ["bottom_up", "follow_up", "on_demand", "top_down"]
    paired = db.session.execute(sa.text("SELECT count(DISTINCT company_id), count(DISTINCT startup_id) FROM pairings"))
    assert paired.one() == (9, 9)


def test_applications_stand_in_every_state(story: None) -> None:
    found = states_of(Application)
    assert set(found) == set(machines()["application"].states)
    assert 38 <= sum(found.values()) <= 45


def test_company_has_a_view_to_give(story: None) -> None:
    company = db.session.scalars(sa.select(User).where(User.email == "company@demo.example")).one()
    actor = actor_of(company.memberships[0])
    kinds = [row.kind for row in desk.tasks(actor, clock.now())[0]]
    assert "challenge.compare" in kinds


def test_questions_wait_for_the_centre_and_the_company_and_are_answered(story: None) -> None:
    found = db.session.scalars(sa.select(Question).order_by(Question.state)).all()
    assert [(q.state, q.locale) for q in found] == [("answered", "ko"), ("asked", "fr"), ("published", "ko")]
    assert all(q.asker_id != q.challenge.organisation_id for q in found)
    assert not any(q.is_overdue(clock.now()) for q in found)
    answered = found[0]
    assert answered.answer and answered.answer.at <= clock.now() and "루프웰" not in (answered.wording or "")


def test_collaborations_went_well_and_badly(story: None) -> None:
    found = states_of(Collaboration)
    assert (found["at_risk"], found["terminated"], found["follow_up"]) == (1, 1, 1)
    assert db.session.scalars(sa.select(Outcome.kind).where(Outcome.state == "published")).all() == ["purchase"]


def test_no_call_gives_more_awards_than_it_has(story: None) -> None:
    for call in db.session.scalars(sa.select(Call)):
        query = sa.select(sa.func.count()).where(Award.call_id == call.id, Award.given_back_at.is_(None))
        assert (db.session.scalar(query) or 0) <= (call.award_count or 0)


def test_every_challenge_speaks_three_languages(story: None) -> None:
    for challenge in db.session.scalars(sa.select(Challenge)).unique():
        assert set(challenge.texts) == {"en", "fr", "ko"}
        assert all(text.title and text.summary and text.problem for text in challenge.texts.values())


def test_dates_are_relative_to_today(story: None) -> None:
    now = clock.now()
    states = {call.track: call.state_at(now) for call in db.session.scalars(sa.select(Call))}
    assert states == {"top_down": "open", "bottom_up": "closed", "on_demand": "decided", "follow_up": "running"}
    assert (db.session.scalar(sa.select(sa.func.max(Event.at))) or now) <= now


def test_past_ends_where_each_thing_stands(story: None) -> None:
    latest = sa.select(Event).where(Event.after.is_not(None)).order_by(Event.id)
    after = {(event.subject_type, event.subject_id): event.after for event in db.session.scalars(latest)}
    for model in (Application, Call, Collaboration, Outcome, Pairing, Question):
        things: list[Any] = list(db.session.scalars(sa.select(model)).unique())
        for thing in things:
            assert after.get((subject_type(thing), thing.id), machines()[subject_type(thing)].initial) == thing.state


def test_past_is_told_in_known_words_and_nobody_is_told_anew(story: None) -> None:
    for step in set(db.session.scalars(sa.select(Event.step))):
        assert words_of(step).past
    assert db.session.scalars(sa.select(Outbox)).all() == []


def test_ids_of_events_follow_time(story: None) -> None:
    times = list(db.session.scalars(sa.select(Event.at).order_by(Event.id)))
    assert times == sorted(times)


def test_five_accounts_may_sign_in_without_a_language_of_their_own(story: None) -> None:
    query = sa.select(User).where(User.password_hash.is_not(None))
    users = {user.email: user.locale for user in db.session.scalars(query)}
    assert users == dict.fromkeys((email for email, _ in demo.ACCOUNTS), None)


def test_everybody_is_invented_and_plainly_so(story: None) -> None:
    assert all(email.endswith("@demo.example") for email in db.session.scalars(sa.select(User.email)))
    assert set(db.session.scalars(sa.select(Organisation.country))) == {"XD"}


def test_eligibility_as_told_is_what_the_rules_say(story: None) -> None:
    sent = db.session.scalars(sa.select(Application).where(Application.number.is_not(None))).unique()
    for application in sent:
        expected = "fails" if application.state == "ineligible" else "meets"
        assert (application.number, overall_verdict(check_of(application).judgements)) == (application.number, expected)
        assert ("fails" in {result.verdict for result in application.results}) is (expected == "fails")
        assert all(set(result.facts["words"]) == {"en", "fr", "ko"} for result in application.results)


def test_receipts_tell_no_order_of_submission(story: None) -> None:
    query = sa.select(Application.number).where(Application.number.is_not(None)).order_by(Application.submitted_at)
    numbers = [str(number).rpartition("-")[2] for number in db.session.scalars(query)]
    assert len(set(numbers)) == len(numbers) > 10 and numbers != sorted(numbers)


def test_every_application_says_something_of_its_own(story: None) -> None:
    revisions = db.session.scalars(sa.select(ApplicationRevision)).all()
    for field in ("solution", "fit", "evidence", "team", "timeline", "needs"):
        said = [words for revision in revisions if (words := getattr(revision, field))]
        assert [words for words, times in Counter(said).items() if times > 1] == []
    assert all(revision.fit != revision.solution for revision in revisions)
    assert {revision.locale for revision in revisions} == {"en", "fr", "ko"}


def test_texts_are_in_the_language_they_claim(story: None) -> None:
    hangul = {
        "revision": [(row.locale, row.solution) for row in db.session.scalars(sa.select(ApplicationRevision))],
        "note": [
            (work.locale, note.text)
            for work in db.session.scalars(sa.select(Collaboration)).unique()
            for note in work.notes
        ],
        "agreement": [(row.ruling_locale, row.text) for row in db.session.scalars(sa.select(AgreementVersion))],
    }
    for kind, said in hangul.items():
        for locale, words in said:
            assert (kind, words, any("가" <= letter <= "힣" for letter in words)) == (kind, words, locale == "ko")


def test_each_centre_has_cases_of_its_region(story: None) -> None:
    for model in (Challenge, Pairing):
        assert db.session.scalar(sa.select(sa.func.count(model.centre_id.distinct()))) == 5
    assert db.session.scalar(sa.select(sa.func.count(Collaboration.centre_id.distinct()))) == 4


def test_signatures_come_from_addresses_of_documentation(story: None) -> None:
    addresses = [str(address) for address in db.session.scalars(sa.select(Signature.address))]
    assert addresses and all(address.startswith(("192.0.2.", "2001:db8::")) for address in addresses)


def test_signatures_and_seals_hold_over_the_texts(story: None) -> None:
    for signature in db.session.scalars(sa.select(Signature)):
        assert signature.text_hash == signature.party.version.text_hash()
    for revision in db.session.scalars(sa.select(ApplicationRevision).where(ApplicationRevision.sha256.is_not(None))):
        assert revision.sha256 == revision.content_hash()
        assert revision.submitted_at == revision.application.submitted_at


def test_everything_in_it_says_that_it_is_invented(loaded: Flask) -> None:
    with loaded.app_context():
        assert set(db.session.scalars(sa.select(Organisation.is_demo))) == {True}
        assert set(db.session.scalars(sa.select(Centre.is_demo))) == {True}
