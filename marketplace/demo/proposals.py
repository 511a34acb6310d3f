"""Applications of the story, each with its words, its verdicts and its past."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
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
from marketplace.demo import texts_en, texts_fr, texts_ko
from marketplace.demo.applications import ENTRIES, OPINIONS, Entry
from marketplace.demo.calls import CALLS
from marketplace.demo.history import days_ago, happened
from marketplace.demo.people import Scene
from marketplace.kernel import clock
from marketplace.kernel.db import db

WINDOW = {told.key: told for told in CALLS}
PROPOSALS = {**texts_ko.PROPOSALS, **texts_fr.PROPOSALS, **texts_en.PROPOSALS}
# What the managing centre says with a place: to Korean startups in Korean, to the others in English.
PRAISE = {
    ("selected", "ko"): "과제를 정확히 이해했고 근거가 분명하며 기업이 바라는 제안입니다.",
    ("selected", "en"): "Clear, proven and wanted by the company.",
    ("reserve", "ko"): "좋은 제안이지만 한 자리가 모자랐습니다. 자리가 나면 먼저 연락드리겠습니다.",
    ("reserve", "en"): "A good proposal, one place short. You are next if a place becomes free.",
}


def make(scene: Scene) -> None:
    """Make all applications, in the order in which they were submitted: the receipts' numbers rise with time."""
    for ago, entry in sorted(((_sent(n, entry), entry) for n, entry in enumerate(ENTRIES)), reverse=True):
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
    words = PROPOSALS[entry.call, entry.need, entry.startup]
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
    last = ago + 6
    if application.origin == "applied":
        happened("application.start", application, voice, last)
    else:
        happened(STEP_OF_ORIGIN[application.origin], application, scene.voices[entry.need], last)
        happened("application.confirm", application, voice, ago + 5)
    if entry.state == "withdrawn":
        happened("application.withdraw", application, voice, 3, before="draft", after="withdrawn", reason=entry.reason)
        last = 3
    if application.number is not None:
        happened("application.submit", application, voice, ago, before="draft", after="submitted")
        last = ago
    if entry.state == "ineligible":
        last = told.closes - 2
        happened(
            "application.find_ineligible", application, staff, last, before="submitted", after="ineligible",
            reason=entry.reason,
        )  # fmt: skip
    if entry.state in ("eligible", "shortlisted", "selected", "reserve", "declined", "stepped_back"):
        last = told.closes - 2
        happened("application.confirm_eligible", application, staff, last, before="submitted", after="eligible")
    if entry.state in ("shortlisted", "selected", "reserve", "stepped_back", "declined"):
        last = told.closes - 4
        happened("application.shortlist", application, staff, last, before="eligible", after="shortlisted")
        _opinion(scene, application, entry)
    if entry.state in ("selected", "reserve", "declined", "stepped_back"):
        _decision(scene, application, entry)
        last = told.decided
    application.state_since = days_ago(last)


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
    if application.challenge is None:
        return
    voice = scene.voices[entry.need]
    application.opinions = [
        FitOpinion(
            organisation_id=voice.organisation_id,
            fit={"declined": "weak", "reserve": "possible"}.get(entry.state, "strong"),
            reasons=OPINIONS[entry.call, entry.need, entry.startup],
            author_id=voice.user_id,
        )
    ]
    happened("application.give_opinion", application, voice, WINDOW[entry.call].closes - 8)


def _decision(scene: Scene, application: Application, entry: Entry) -> None:
    told, staff, voice = WINDOW[entry.call], scene.voices["garam"], scene.voices[entry.startup]
    outcome = "selected" if entry.state == "stepped_back" else entry.state
    step = {
        "selected": "application.select", "reserve": "application.put_on_reserve", "declined": "application.decline",
    }[outcome]  # fmt: skip
    happened(
        step, application, staff, told.decided, before="shortlisted", after=outcome,
        reason=entry.reason if outcome == "declined" else "",
    )  # fmt: skip
    application.decision = Decision(
        call_id=application.call_id,
        challenge_id=application.challenge_id,
        outcome=outcome,
        rank=entry.rank or None,
        reason_code="fit" if outcome == "declined" else None,
        comments=entry.reason if outcome == "declined" else PRAISE[outcome, _tongue(entry)],
        prepared_by_id=staff.user_id,
        released_at=days_ago(told.decided),
    )
    if outcome == "selected":
        stepped = entry.state == "stepped_back"
        _award(application, told.decided, given_back=stepped)
        if stepped:
            happened(
                "application.step_back", application, voice, told.decided - 12, before="selected",
                after="stepped_back", reason=entry.reason,
            )  # fmt: skip


def _tongue(entry: Entry) -> str:
    """The language in which the managing centre writes to a startup."""
    return "ko" if PROPOSALS[entry.call, entry.need, entry.startup].locale == "ko" else "en"


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
