"""How the collaborations of the story went: one at risk, one ended early, one that led to a purchase."""

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
from marketplace.demo.history import Turn, days_ago, note_event, reach_state
from marketplace.demo.pairs import STORY, Course, Pair, begun, make_pairing
from marketplace.demo.people import Scene
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.pairings.models import Pairing
from marketplace.people.models import Membership


def make(scene: Scene) -> None:
    """Make every pair, and what became of it."""
    for pair in STORY.pairs:
        pairing = make_pairing(scene, pair)
        if pair.collaboration:
            _collaboration(scene, pair, pairing)
    db.session.flush()


def _collaboration(scene: Scene, pair: Pair, pairing: Pairing) -> None:
    began = begun(pair) - 12
    course, challenge = pair.course, pairing.challenge
    ended, bought = pair.collaboration == "terminated", pair.collaboration == "follow_up"
    collaboration = Collaboration(
        created_at=days_ago(began + 1),
        state=pair.collaboration,
        state_since=days_ago(began),
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
        note_event("collaboration.note", collaboration, voice, ago)
    _course(scene, pair, collaboration, began)


def _voice(scene: Scene, pair: Pair, side: str) -> Membership:
    if side == "centre":
        return scene.broker_of(pair.company)
    return scene.voices[pair.company if side == "company" else pair.startup]


def _version(collaboration: Collaboration, began: float) -> AgreementVersion:
    planned, ended = collaboration.state == "planned", collaboration.state == "terminated"
    paper, start = STORY.papers[collaboration.locale], days_ago(-9 if planned else began - 8)
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
            organisation_id=v.organisation_id, signer_id=v.user_id, capacity=STORY.papers[collaboration.locale].capacity
        )
        for v in voices
    ]
    db.session.add(agreement)
    db.session.flush()
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
        note_event("agreement.sign", agreement, voice, ago, data={"version": 1, "text_hash": text_hash})
    reach_state(
        agreement,
        Turn("agreement.send", centre, began),
        Turn("agreement.open_signing", centre, began - 4),
        Turn("agreement.take_effect", None, began - 8),
        Turn("agreement.terminate", centre, 100, pair.course.trouble),
    )


def _address(voice: Membership) -> str:
    """Where somebody signed from: an address that documentation alone may use."""
    return f"2001:db8::{voice.user_id:x}" if voice.user_id % 2 else f"192.0.2.{voice.user_id % 250 + 1}"


def _milestones(scene: Scene, pair: Pair, collaboration: Collaboration, course: Course) -> None:
    company = scene.voices[pair.company]
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
        reach_state(
            milestone,
            Turn("milestone.meet", company, judged),
            Turn("milestone.partially_meet", company, judged, mark.reason),
            Turn("milestone.miss", company, judged, mark.reason),
        )


def _course(scene: Scene, pair: Pair, collaboration: Collaboration, began: float) -> None:
    """The way from the first day to where the collaboration stands."""
    staff, startup, course = scene.broker_of(pair.company), scene.voices[pair.startup], pair.course
    reach_state(
        collaboration,
        Turn("collaboration.start", None, began - 8),
        Turn("collaboration.terminate", staff, 100, course.trouble, {"cause": "outside", "by": "company"}),
        Turn("collaboration.report", startup, 6 if pair.collaboration == "final_report" else 100),
        Turn("collaboration.succeed", staff, 90),
        Turn("collaboration.follow_up", staff, 80),
        Turn("collaboration.flag_risk", startup, 13, course.trouble),
    )
    if collaboration.state == "terminated":
        grant = update(Award).where(Award.application_id == collaboration.pairing.application_id)
        db.session.execute(grant.values(ends_on=clock.day_of(days_ago(100), "UTC")))
    if course.goals:
        _report(collaboration, startup.user_id, course)
    if collaboration.state == "follow_up":
        _purchase(scene, pair, collaboration)
    if collaboration.state == "active":
        _claim(scene, pair, collaboration)


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
        description=pair.course.outcome, may_publish=True, company_may_publish=True, state="published",
    )  # fmt: skip
    _past_of_outcome(scene, pair, outcome, claimed=58, signed=55)


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
        description=pair.course.outcome,
    )
    _past_of_outcome(scene, pair, outcome, claimed=9, signed=6)


def _past_of_outcome(scene: Scene, pair: Pair, outcome: Outcome, *, claimed: float, signed: float) -> None:
    staff, startup = scene.broker_of(pair.company), scene.voices[pair.startup]
    outcome.state_since = days_ago(claimed)
    db.session.add(outcome)
    note_event("outcome.claim", outcome, startup, claimed, after="claimed")
    reach_state(
        outcome,
        Turn("outcome.countersign", scene.voices[pair.company], signed),
        Turn("outcome.verify", staff, 50),
        Turn("outcome.publish", staff, 40),
    )
