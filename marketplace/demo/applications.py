"""Applications of the story, each with its words, its verdicts and its past."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from marketplace.applications import checks
from marketplace.applications.actions import STEP_OF_ORIGIN
from marketplace.applications.models import (
    Application,
    ApplicationParty,
    ApplicationRevision,
    Decision,
    FitOpinion,
)
from marketplace.applications.submission import drawn_number
from marketplace.calls.models import Award, Call, Declaration
from marketplace.challenges.models import Challenge
from marketplace.demo.calls import WINDOW
from marketplace.demo.history import Turn, days_ago, note_event, reach_state
from marketplace.demo.people import Scene
from marketplace.demo.story import read
from marketplace.kernel import clock
from marketplace.kernel.db import db


class Proposal(NamedTuple):
    """One application's words in ``locale``; ``title`` where no challenge lends its own, ``pair`` of earlier work."""

    locale: str
    trl: int
    solution: str
    fit: str
    evidence: str
    team: str
    timeline: str
    needs: str
    title: str = ""
    pair: str = ""


class Entry(NamedTuple):
    """One application: ``need`` is the company's challenge in that call; ``reason`` is given where it was refused.

    ``opinion`` is what the company wrote about the fit, in its own language.
    """

    call: str
    need: str
    startup: str
    state: str
    words: Proposal
    rank: int = 0
    reason: str = ""
    opinion: str = ""


class Story(NamedTuple):
    praise: dict[str, dict[str, str]]
    entries: tuple[Entry, ...]


STORY = read(Story, "applications")


def make(scene: Scene) -> None:
    """Make all applications, in the order in which they were submitted: the receipts' numbers rise with time."""
    for ago, entry in sorted(((_sent(n, entry), entry) for n, entry in enumerate(STORY.entries)), reverse=True):
        _application(scene, entry, ago)
    db.session.flush()
    for application in scene.applications.values():
        if application.number is not None:
            checks.keep_results(application, checks.check_of(application))
    db.session.flush()


def _sent(place: int, entry: Entry) -> float:
    """How many days ago an application was submitted: in the last week of its window, or of an open one so far."""
    return max(WINDOW[entry.call].closes, 0) + 1.5 + place % 5 + place * 0.013


def _application(scene: Scene, entry: Entry, ago: float) -> None:
    call, challenge = scene.calls[entry.call], scene.challenges.get((entry.call, entry.need))
    voice = scene.voices[entry.startup]
    at = days_ago(ago) if entry.state not in ("draft", "withdrawn") else None
    year = at.astimezone(ZoneInfo(call.time_zone)).year if at else 0
    application = Application(
        call=call,
        challenge=challenge,
        organisation=scene.parties[entry.startup],
        origin=call.origin,
        state=entry.state,
        created_by_id=voice.user_id,
        created_at=days_ago(ago + 6),
        state_since=days_ago(ago + 6),
        number=drawn_number(year) if at else None,
        submitted_at=at,
        parties=_parties(scene, entry, call),
    )
    application.revisions = [_revision(entry, challenge, call)]
    db.session.add(application)
    db.session.flush()
    if at is not None:
        _declare(scene, entry)
        draft = application.revisions[0]
        draft.sha256, draft.submitted_by_id = draft.content_hash(), voice.user_id
        db.session.flush()
        draft.submitted_at = at
    scene.applications[(entry.call, entry.need, entry.startup)] = application
    _past_of_application(scene, application, entry, ago)


def _parties(scene: Scene, entry: Entry, call: Call) -> list[ApplicationParty]:
    parties = [ApplicationParty(organisation=scene.parties[entry.startup], role="lead")]
    if call.origin != "applied":
        parties.append(ApplicationParty(organisation=scene.parties[entry.need], role="company"))
    return parties


def _revision(entry: Entry, challenge: Challenge | None, call: Call) -> ApplicationRevision:
    words = entry.words
    share = Decimal(75 + 5 * (len(words.solution) % 6)) / 100
    amount = (call.award_amount or Decimal(0)) * share
    return ApplicationRevision(
        number=1,
        locale=words.locale,
        title=words.title or (challenge.title(words.locale) if challenge else ""),
        solution=words.solution,
        fit=words.fit,
        evidence=words.evidence,
        team=words.team,
        timeline=words.timeline,
        needs=words.needs,
        pair_evidence=words.pair,
        trl_now=words.trl,
        amount=amount,
        currency="KRW",
        own_cash=amount * Decimal("0.15"),
        own_in_kind=amount * Decimal("0.10"),
    )


def _past_of_application(scene: Scene, application: Application, entry: Entry, ago: float) -> None:
    told, staff, voice = WINDOW[entry.call], scene.voices["garam"], scene.voices[entry.startup]
    if application.origin == "applied":
        note_event("application.start", application, voice, ago + 6)
    else:
        note_event(STEP_OF_ORIGIN[application.origin], application, scene.voices[entry.need], ago + 6)
        note_event("application.confirm", application, voice, ago + 5)
    examined = Turn("application.confirm_eligible", staff, told.closes - 2)
    if entry.state == "ineligible":
        examined = Turn("application.find_ineligible", staff, told.closes - 2, entry.reason)
    reach_state(
        application,
        Turn("application.withdraw", voice, 3, entry.reason),
        Turn("application.submit", voice, ago),
        examined,
        Turn("application.shortlist", staff, told.closes - 4),
        Turn("application.decline", staff, told.decided, entry.reason),
        Turn("application.select", staff, told.decided),
        Turn("application.put_on_reserve", staff, told.decided),
        Turn("application.step_back", voice, told.decided - 12, entry.reason),
    )
    if entry.opinion:
        _opinion(scene, application, entry)
    if entry.state in ("selected", "reserve", "declined", "stepped_back"):
        _decision(scene, application, entry)


def _declare(scene: Scene, entry: Entry) -> None:
    """The startup says that no exclusion applies to it: once a call."""
    organisation, call, voice = scene.parties[entry.startup], scene.calls[entry.call], scene.voices[entry.startup]
    declared = checks.declarations_of(organisation, call)
    for rule, code in checks.asked_declarations(call):
        if (rule.id, code) not in declared:
            db.session.add(
                Declaration(
                    organisation_id=organisation.id,
                    rule_id=rule.id,
                    code=code,
                    excluded=False,
                    declared_by_id=voice.user_id,
                )
            )
    db.session.flush()


def _opinion(scene: Scene, application: Application, entry: Entry) -> None:
    """The company's view, where the call gave it a challenge to look from."""
    voice = scene.voices[entry.need]
    application.opinions = [
        FitOpinion(
            organisation_id=voice.organisation_id,
            fit={"declined": "weak", "reserve": "possible"}.get(entry.state, "strong"),
            reasons=entry.opinion,
            author_id=voice.user_id,
        )
    ]
    note_event("application.give_opinion", application, voice, WINDOW[entry.call].closes - 8)


def _decision(scene: Scene, application: Application, entry: Entry) -> None:
    told, stepped = WINDOW[entry.call], entry.state == "stepped_back"
    outcome = "selected" if stepped else entry.state
    application.decision = Decision(
        call_id=application.call_id,
        challenge_id=application.challenge_id,
        outcome=outcome,
        rank=entry.rank or None,
        reason_code="fit" if outcome == "declined" else None,
        comments=entry.reason if outcome == "declined" else STORY.praise[outcome][_tongue(entry)],
        prepared_by_id=scene.voices["garam"].user_id,
        released_at=days_ago(told.decided),
    )
    if outcome == "selected":
        _award(application, told.decided, given_back=stepped)


def _tongue(entry: Entry) -> str:
    """The language in which the managing centre writes to a startup."""
    return "ko" if entry.words.locale == "ko" else "en"


def _award(application: Application, decided: float, *, given_back: bool) -> None:
    awarded = days_ago(decided)
    db.session.add(
        Award(
            organisation_id=application.organisation_id,
            programme_id=application.call.programme_id,
            call_id=application.call_id,
            challenge_id=application.challenge_id,
            application_id=application.id,
            amount=application.call.award_amount,
            currency="KRW",
            awarded_on=clock.day_of(awarded, "UTC"),
            ends_on=clock.day_of(awarded + timedelta(days=300), "UTC"),
            given_back_at=days_ago(decided - 12) if given_back else None,
        )
    )
