"""Challenges and applications of the story, each with its past."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from marketplace.applications import checks
from marketplace.applications.models import (
    NUMBERS,
    Application,
    ApplicationParty,
    ApplicationRevision,
    Decision,
    Declaration,
    FitOpinion,
)
from marketplace.challenges.models import Challenge, ChallengeText, ReviewComment
from marketplace.demo.applications import ENTRIES, PROPOSALS, Entry
from marketplace.demo.calls import CALLS, MILLION
from marketplace.demo.cast import Said
from marketplace.demo.challenges import NEEDS, PAIRED, Need
from marketplace.demo.history import days_ago, happened
from marketplace.demo.people import Scene
from marketplace.kernel.db import db
from marketplace.network.models import Award, Call
from marketplace.people.models import Membership

WINDOW = {told.key: told for told in CALLS}
OPENED = ("open", "closed", "filled", "archived")
WHY_NOW = Said(
    "The budget is there this year, and the people who know the problem still work here.",
    "Le budget existe cette année, et les personnes qui connaissent le problème sont encore là.",
    "올해 예산이 있고, 문제를 아는 사람들이 아직 이곳에서 일합니다.",
)
ROUTE = Said(
    "Direct purchase is possible up to 200 million won after a good pilot; above that a tender follows.",
    "Achat de gré à gré possible jusqu’à 200 millions de wons après un bon essai ; au-delà, appel d’offres.",
    "실증이 성공하면 2억 원까지 수의 구매가 가능하고, 그 이상은 입찰로 진행합니다.",
)
RESOURCES = Said(
    "A site, a team of three and the records of three years.", "Un site, une équipe de trois et trois ans de mesures.",
    "현장, 3인 전담팀, 3년간의 기록.",
)  # fmt: skip
PAYMENT = Said("In three parts.", "En trois fois.", "3회 분할.")
ASKED = {
    "lacombe": "Say how much binder residue there is, and who may take samples.",
    "haneul": "Say which meters may be opened for the trial, and how long a battery must last.",
}
ANONYMOUS = Said(
    "A demand company of the demonstration country",
    "Une entreprise demandeuse du pays de démonstration",
    "시연 국가의 수요기업",
)


def make(scene: Scene) -> None:
    """Make all challenges, then all applications."""
    for need in (*PAIRED, *NEEDS):
        challenge = _challenge(scene, need)
        scene.challenges.setdefault((need.place or need.state, need.company), challenge)
    db.session.flush()
    for entry in ENTRIES:
        _application(scene, entry)
    db.session.flush()
    for application in scene.applications.values():
        if application.number is not None:
            checks.keep_results(application, checks.check_of(application))
    db.session.flush()


def _challenge(scene: Scene, need: Need) -> Challenge:
    call: Call | None = scene.calls.get(need.place)
    told = WINDOW.get(need.place)
    company = scene.parties[need.company]
    hidden = (need.company, need.place) == ("norvik", "top_down")
    published = days_ago(told.opens - 0.5) if told and need.state in OPENED else None
    challenge = Challenge(
        state=need.state,
        organisation=company,
        centre=scene.centres["garam"],
        call=call,
        created_by_id=scene.voices[need.company].user_id,
        main_locale="en",
        visibility="anonymous" if hidden else "public",
        described_country="XD" if hidden else None,
        fields=list(need.fields),
        resources=["data", "site", "experts"],
        trl_from=need.trl[0],
        trl_to=need.trl[1],
        budget=need.budget * MILLION,
        currency="KRW",
        payment_days=30,
        ip_option=need.ip,
        owner_name=scene.voices[need.company].user.name,
        owner_role="Operations",
        decision_date=days_ago(told.decided if told else -60).date(),
        published_at=published,
        submitted_at=None if need.state == "draft" else days_ago(_begun(need) - 2),
        pairs_confirmed=1 if need.state in ("filled", "archived") else 0,
        texts={code: _text(need, code, hidden) for code in Said._fields},
    )
    db.session.add(challenge)
    _past_of_challenge(scene, challenge, need)
    return challenge


def _text(need: Need, code: str, hidden: bool) -> ChallengeText:
    def say(said: Said) -> str:
        return str(getattr(said, code))

    return ChallengeText(
        locale=code,
        title=say(need.title),
        summary=say(need.summary),
        problem=say(need.problem),
        success_criteria=say(need.success),
        why_now=say(WHY_NOW),
        purchase_route=say(ROUTE),
        resources_words=say(RESOURCES),
        payment_terms=say(PAYMENT),
        anonymous_as=say(ANONYMOUS) if hidden else "",
    )


def _begun(need: Need) -> float:
    """How many days ago the company began to write."""
    told = WINDOW.get(need.place)
    return told.opens + 25 if told else 3.5 if need.state == "submitted" else 14.0


def _past_of_challenge(scene: Scene, challenge: Challenge, need: Need) -> None:
    told, staff, voice = WINDOW.get(need.place), scene.voices["garam"], scene.voices[need.company]
    begun = _begun(need)
    happened("challenge.create", challenge, voice, begun)
    way: list[tuple[str, Membership | None, str, str, float]] = [
        ("challenge.submit", voice, "draft", "submitted", begun - 2),
        ("challenge.take_up", staff, "submitted", "in_review", begun - 4),
    ]
    if need.state in ("candidate", *OPENED):
        way.append(("challenge.accept", staff, "in_review", "candidate", begun - 7))
    if need.state in OPENED and told:
        way.append(("challenge.publish", staff, "candidate", "open", told.opens - 0.5))
    if need.state in ("closed", "filled", "archived") and told:
        way.append(("challenge.close", None, "open", "closed", told.closes))
    if need.state in ("filled", "archived") and told:
        way.append(("challenge.fill", staff, "closed", "filled", told.decided - 20))
    reached = {"draft": 0, "submitted": 1}.get(need.state, len(way))
    last = begun
    for step, who, before, after, ago in way[:reached]:
        happened(step, challenge, who, ago, before=before, after=after)
        last = ago
    if need.state == "revision":
        words = ASKED[need.company]
        happened("challenge.ask_changes", challenge, staff, 5, before="in_review", after="revision", reason=words)
        challenge.comments = [ReviewComment(author_id=staff.user_id, text=words, at=days_ago(5))]
        last = 5
    if need.state == "rejected":
        words = "This is a purchase, not a problem to solve. The buying department is the right door."
        happened("challenge.reject", challenge, staff, 6, before="in_review", after="rejected", reason=words)
        last = 6
    challenge.state_since = days_ago(last)


def _application(scene: Scene, entry: Entry) -> None:
    told, call = WINDOW[entry.call], scene.calls[entry.call]
    challenge = scene.challenges.get((entry.call, entry.need))
    startup, voice = scene.parties[entry.startup], scene.voices[entry.startup]
    sent = entry.state not in ("draft", "withdrawn")
    ago = max(told.closes, 0) + 1.5 + len(scene.applications) % 5
    at = days_ago(ago) if sent else None
    number = f"T-{at.year}-{db.session.scalar(NUMBERS):06}" if at else None
    application = Application(
        call=call,
        challenge=challenge,
        organisation=startup,
        origin=call.origin,
        state=entry.state,
        created_by_id=voice.user_id,
        number=number,
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
    words = PROPOSALS[entry.startup]
    title = challenge.title(words.locale) if challenge else words.solution.split(".")[0][:90]
    amount = (call.award_amount or Decimal(0)) * Decimal("0.9")
    return ApplicationRevision(
        number=1,
        locale=words.locale,
        title=title,
        solution=words.solution,
        fit="" if entry.state == "draft" and entry.startup == "mulgyeol" else words.solution,
        evidence=words.evidence,
        team=words.team,
        timeline=words.timeline,
        pair_evidence=words.evidence if call.origin == "follow_up" else "",
        trl_now=words.trl,
        amount=amount,
        currency="KRW",
        own_cash=amount * Decimal("0.15"),
        own_in_kind=amount * Decimal("0.10"),
    )


def _past_of_application(scene: Scene, application: Application, entry: Entry, ago: float) -> None:
    told, staff, voice = WINDOW[entry.call], scene.voices["garam"], scene.voices[entry.startup]
    happened("application.start", application, voice, ago + 6)
    last = ago + 6
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
    if application.challenge is None:
        return
    fit = {"declined": "weak", "reserve": "possible"}.get(entry.state, "strong")
    reasons = {
        "strong": "They know our site and answer the problem as it is.",
        "possible": "Good work; it would need a second trial on our side.",
        "weak": "Interesting, but not the problem we have.",
    }[fit]
    company = application.challenge.organisation
    assert company is not None
    application.opinions = [
        FitOpinion(organisation_id=company.id, fit=fit, reasons=reasons, author_id=scene.voices[entry.need].user_id)
    ]


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
        comments=entry.reason if outcome == "declined" else "Clear, proven and wanted by the company.",
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
            awarded_on=awarded.date(),
            ends_on=(awarded + timedelta(days=300)).date(),
            given_back_at=days_ago(decided - 12) if given_back else None,
        )
    )
