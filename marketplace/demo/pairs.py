"""The nine pairs of the story and how their work went: one at risk, one ended early, one that led to a purchase."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import update

from marketplace.calls.models import Award
from marketplace.collaborations.models import (
    Agreement,
    AgreementParty,
    AgreementVersion,
    Collaboration,
    FinalReport,
    Milestone,
    Outcome,
    ProgressNote,
    Signature,
)
from marketplace.demo.applications import PAIRS, Pair
from marketplace.demo.calls import CALLS
from marketplace.demo.collaboration_histories import COURSES, PAPERS, Course
from marketplace.demo.history import days_ago, happened
from marketplace.demo.people import Scene
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.pairings.models import Pairing
from marketplace.people.models import Membership

# Pairs of a call do not all move on one day: each lags a little behind the one before.
DECIDED = {told.key: told.decided for told in CALLS}
LAG = {"on_demand": 0.0, "follow_up": 1.7}


# What the brokering centre writes when it asks both sides, in the language of its region.
REQUEST = {
    "ko": "선정을 축하드립니다. 두 기관이 함께할 수 있는지 사유와 함께 답해 주십시오.",
    "fr": "Félicitations pour cette sélection. Dites-nous, avec vos raisons, si vous travaillerez ensemble.",
}


def make(scene: Scene) -> None:
    """Make every pair, and what became of it."""
    for pair in PAIRS:
        pairing = _pairing(scene, pair)
        if pair.collaboration:
            _collaboration(scene, pair, pairing)
    db.session.flush()


def _begun(pair: Pair) -> float:
    """How many days ago the centre turned to this pair."""
    return DECIDED[pair.call] - LAG[pair.call] * [other for other in PAIRS if other.call == pair.call].index(pair)


def _pairing(scene: Scene, pair: Pair) -> Pairing:
    asked = _begun(pair) - 4
    application = scene.applications[(pair.call, pair.company, pair.startup)]
    startup_said = pair.pairing != "requested"
    pairing = Pairing(
        state=pair.pairing,
        call=application.call,
        centre=scene.centres[scene.seat_of(pair.company)],
        challenge=application.challenge,
        application=application,
        company_id=scene.parties[pair.company].id,
        startup_id=scene.parties[pair.startup].id,
        created_at=days_ago(asked),
        answer_by=days_ago(asked - 14 if startup_said else -4).replace(hour=8, minute=0, second=0, microsecond=0),
        company_accepts=True,
        company_reason=pair.company_says,
        company_answered_at=days_ago(asked - 3),
        startup_accepts=True if startup_said else None,
        startup_reason=pair.startup_says or None,
        startup_answered_at=days_ago(asked - 5) if startup_said else None,
    )
    db.session.add(pairing)
    company, startup = scene.voices[pair.company], scene.voices[pair.startup]
    message = REQUEST[pairing.centre.languages[0]]
    happened("pairing.request", pairing, scene.broker_of(pair.company), asked, after="requested", reason=message)
    happened("pairing.answer", pairing, company, asked - 3)
    last = asked
    if startup_said:
        happened("pairing.answer", pairing, startup, asked - 5)
        happened("pairing.accept", pairing, startup, asked - 5, before="requested", after="accepted")
        last = asked - 5
    if pair.pairing == "confirmed":
        happened("pairing.confirm", pairing, scene.voices["garam"], asked - 7, before="accepted", after="confirmed")
        last = asked - 7
    pairing.state_since = days_ago(last)
    return pairing


def _collaboration(scene: Scene, pair: Pair, pairing: Pairing) -> None:
    began = _begun(pair) - 12
    course, challenge = COURSES[pair.company], pairing.challenge
    ended, bought = pair.collaboration == "terminated", pair.collaboration == "follow_up"
    collaboration = Collaboration(
        created_at=days_ago(began + 1),
        state=pair.collaboration,
        pairing=pairing,
        centre=pairing.centre,
        company_id=pairing.company_id,
        startup_id=pairing.startup_id,
        title=challenge.title(course.locale) if challenge else "",
        locale=course.locale,
        ended_cause="outside" if ended else None,
        ended_by="company" if ended else None,
        settlement=course.settlement if ended else None,
        next_step="buy" if bought else None,
        next_step_words=course.next_words if bought else None,
    )
    db.session.add(collaboration)
    db.session.flush()
    _agreement(scene, pair, collaboration, began)
    _milestones(scene, pair, collaboration, course)
    for ago, author, words in course.notes:
        voice = _voice(scene, pair, author)
        collaboration.notes.append(
            ProgressNote(author_id=voice.user_id, organisation_id=voice.organisation_id, text=words, at=days_ago(ago))
        )
        happened("collaboration.note", collaboration, voice, ago)
    _course(scene, pair, collaboration, began)


def _voice(scene: Scene, pair: Pair, side: str) -> Membership:
    if side == "centre":
        return scene.broker_of(pair.company)
    return scene.voices[pair.company if side == "company" else pair.startup]


def _version(collaboration: Collaboration, began: float) -> AgreementVersion:
    planned, ended = collaboration.state == "planned", collaboration.state == "terminated"
    paper, start = PAPERS[collaboration.locale], days_ago(-9 if planned else began - 8)
    return AgreementVersion(
        number=1,
        purpose=paper.purpose.format(title=collaboration.title),
        starts_on=clock.day_of(start, "UTC"),
        ends_on=clock.day_of(start, "UTC") + timedelta(days=420),
        amount=collaboration.pairing.call.award_amount,
        currency="KRW",
        ip_option="startup_keeps",
        ip_terms=paper.ip_terms,
        governing_law=paper.law,
        ruling_locale=collaboration.locale,
        text=paper.text,
        created_at=days_ago(began + 1),
        offered_at=days_ago(began),
        in_force_at=None if planned else start,
        ended_at=days_ago(100) if ended else None,
    )


def _agreement(scene: Scene, pair: Pair, collaboration: Collaboration, began: float) -> None:
    """Company, startup and centre sign; where the work is only planned, the centre alone has signed so far."""
    planned, ended = pair.collaboration == "planned", pair.collaboration == "terminated"
    agreement = Agreement(
        collaboration=collaboration,
        state="signing" if planned else "terminated" if ended else "active",
    )
    version, centre = _version(collaboration, began), scene.broker_of(pair.company)
    agreement.versions = [version]
    voices = [scene.voices[pair.company], scene.voices[pair.startup], centre]
    version.parties = [
        AgreementParty(
            organisation_id=v.organisation_id, signer_id=v.user_id, capacity=PAPERS[collaboration.locale].capacity
        )
        for v in voices
    ]
    db.session.add(agreement)
    db.session.flush()
    happened("agreement.send", agreement, centre, began, before="drafting", after="review")
    happened("agreement.open_signing", agreement, centre, began - 4, before="review", after="signing")
    for place, (party, voice) in enumerate(zip(version.parties, voices, strict=True)):
        if planned and voice is not centre:
            continue
        ago, text_hash = began - 6 - place, version.text_hash()
        party.signature = Signature(
            user_id=voice.user_id,
            signed_at=days_ago(ago),
            address=_address(voice),
            text_hash=text_hash,
            authority_declared=True,
        )
        happened("agreement.sign", agreement, voice, ago, data={"version": 1, "text_hash": text_hash})
    if not planned:
        happened("agreement.take_effect", agreement, None, began - 8, before="signing", after="active")
    if ended:
        happened(
            "agreement.terminate", agreement, centre, 100, before="active", after="terminated",
            reason=COURSES[pair.company].trouble,
        )  # fmt: skip
    agreement.state_since = days_ago(began - 4 if planned else 100 if ended else began - 8)


def _address(voice: Membership) -> str:
    """Where somebody signed from: an address that documentation alone may use."""
    return f"2001:db8::{voice.user_id:x}" if voice.user_id % 2 else f"192.0.2.{voice.user_id % 250 + 1}"


def _milestones(scene: Scene, pair: Pair, collaboration: Collaboration, course: Course) -> None:
    steps = {"met": "milestone.meet", "partially_met": "milestone.partially_meet", "not_met": "milestone.miss"}
    for mark in course.milestones:
        judged = max(mark.due - 2, 0)
        milestone = Milestone(
            collaboration=collaboration,
            owner_id=_voice(scene, pair, mark.owner).organisation_id,
            title=mark.title,
            note=mark.note,
            due_on=clock.day_of(days_ago(mark.due), "UTC"),
            state=mark.state,
            state_since=days_ago(judged),
        )
        db.session.add(milestone)
        db.session.flush()
        if mark.state in steps:
            happened(
                steps[mark.state], milestone, scene.voices[pair.company], judged, before="scheduled", after=mark.state,
                reason=mark.reason,
            )  # fmt: skip


def _course(scene: Scene, pair: Pair, collaboration: Collaboration, began: float) -> None:
    """The way from the first day to where the collaboration stands."""
    staff, startup, course = scene.broker_of(pair.company), scene.voices[pair.startup], COURSES[pair.company]
    state, last = pair.collaboration, began
    if state != "planned":
        last = began - 8
        happened("collaboration.start", collaboration, None, last, before="planned", after="active")
    if state == "at_risk":
        last = 13
        happened(
            "collaboration.flag_risk", collaboration, startup, last, before="active", after="at_risk",
            reason=course.trouble,
        )  # fmt: skip
    if state == "terminated":
        last = 100
        happened(
            "collaboration.terminate", collaboration, staff, last, before="active", after="terminated",
            reason=course.trouble, data={"cause": "outside", "by": "company"},
        )  # fmt: skip
        grant = update(Award).where(Award.application_id == collaboration.pairing.application_id)
        db.session.execute(grant.values(ends_on=clock.day_of(days_ago(last), "UTC")))
    if state in ("final_report", "follow_up"):
        _report(collaboration, startup.user_id, course)
        last = 6 if state == "final_report" else 100
        happened("collaboration.report", collaboration, startup, last, before="active", after="final_report")
    if state == "follow_up":
        happened("collaboration.succeed", collaboration, staff, 90, before="final_report", after="succeeded")
        happened("collaboration.follow_up", collaboration, staff, 80, before="succeeded", after="follow_up")
        last = 80
        _purchase(scene, pair, collaboration)
    if state == "active":
        _claim(scene, pair, collaboration)
    collaboration.state_since = days_ago(last)


def _report(collaboration: Collaboration, author_id: int, course: Course) -> None:
    collaboration.report = FinalReport(
        author_id=author_id,
        goals=course.goals,
        reached=course.reached,
        spending=course.spending,
        company_opinion=course.opinion,
    )


def _purchase(scene: Scene, pair: Pair, collaboration: Collaboration) -> None:
    outcome = Outcome(
        collaboration=collaboration, kind="purchase", value=Decimal(310_000_000), currency="KRW",
        happened_on=clock.day_of(days_ago(60), "UTC"), evidence_url="https://evidence.example/order",
        description=COURSES[pair.company].outcome, may_publish=True, company_may_publish=True, state="published",
        state_since=days_ago(40),
    )  # fmt: skip
    db.session.add(outcome)
    staff, company, startup = scene.broker_of(pair.company), scene.voices[pair.company], scene.voices[pair.startup]
    happened("outcome.claim", outcome, startup, 58, after="claimed")
    happened("outcome.countersign", outcome, company, 55, before="claimed", after="evidenced")
    happened("outcome.verify", outcome, staff, 50, before="evidenced", after="verified")
    happened("outcome.publish", outcome, staff, 40, before="verified", after="published")


def _claim(scene: Scene, pair: Pair, collaboration: Collaboration) -> None:
    """What came of work that still goes on: two jobs, claimed; a patent, countersigned, for the centre to verify."""
    is_patent = pair.company == "dasom"
    outcome = Outcome(
        collaboration=collaboration,
        state="evidenced" if is_patent else "claimed",
        kind="ip" if is_patent else "jobs",
        value=None if is_patent else Decimal(2),
        happened_on=clock.day_of(days_ago(30), "UTC"),
        evidence_url=f"https://evidence.example/{'filing' if is_patent else 'two-jobs'}",
        description=COURSES[pair.company].outcome,
        state_since=days_ago(6 if is_patent else 9),
    )
    db.session.add(outcome)
    happened("outcome.claim", outcome, scene.voices[pair.startup], 9, after="claimed")
    if is_patent:
        happened("outcome.countersign", outcome, scene.voices[pair.company], 6, before="claimed", after="evidenced")
