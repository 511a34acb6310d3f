"""The nine pairs of the story and how their work went: one at risk, one ended early, one that led to a purchase."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

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
from marketplace.demo.history import days_ago, happened
from marketplace.demo.people import Scene
from marketplace.kernel.db import db
from marketplace.pairings.models import Pairing

DECIDED = {told.key: told.decided for told in CALLS}


class Course(NamedTuple):
    """How a collaboration went: milestones as (title, days ago or ahead when due, owner side, state), and notes."""

    milestones: tuple[tuple[str, float, str, str], ...]
    notes: tuple[tuple[float, str, str], ...] = ()


COURSES = {
    "norvik": Course(
        (
            ("Twenty sensors on one route", 190, "startup", "met"),
            ("Test rig at the cold store", 12, "company", "scheduled"),
            ("Five hundred pallets under way", -40, "startup", "scheduled"),
        ),
        (
            (150, "startup", "One route for a month: no sensor lost, two drained by the cold."),
            (14, "startup", "Without the test rig we cannot show that the new battery lasts. We asked twice."),
        ),
    ),
    "dasom": Course(
        (
            ("Camera one on line two", 160, "startup", "met"),
            ("Three cameras, day shift", 60, "startup", "partially_met"),
            ("Night shift and report", -20, "startup", "scheduled"),
        ),
        ((58, "company", "Day shift is good. At night the lamps flicker; a new driver is on its way."),),
    ),
    "maree": Course(
        (
            ("One berth on the plan", 230, "startup", "met"),
            ("All trains on the plan", 170, "startup", "met"),
            ("Whole quay for a month", 110, "startup", "met"),
        ),
        ((108, "company", "The yard stopped printing its plan. We want to keep this."),),
    ),
    "mirae": Course(
        (
            ("Twelve gates installed", 200, "startup", "met"),
            ("Three months of listening", 40, "startup", "met"),
        ),
        ((38, "startup", "Nine of ten failures were announced; the tenth was hidden by rain."),),
    ),
    "clairval": Course(
        (
            ("Forty lamps in the old town", 200, "startup", "met"),
            ("Two hundred lamps", 120, "startup", "not_met"),
        ),
        ((135, "company", "Residents complain about flicker. The council wants an answer before winter."),),
    ),
    "hanbit": Course(
        (
            ("Gripper for rice cakes", 150, "startup", "met"),
            ("A week at fifty a minute", -10, "startup", "scheduled"),
        ),
        ((20, "startup", "Forty-four a minute this week. The flour helps."),),
    ),
}
TEXT = (
    "The parties work together on the pilot described in the application. The startup delivers the milestones, the "
    "company gives the site, the data and the people it named. The centre follows the work and pays the grant by "
    "milestones. Each party keeps what it brought. Confidential matters stay so for three years. A dispute is first "
    "put before the centre."
)


def make(scene: Scene) -> None:
    """Make every pair, and what became of it."""
    for pair in PAIRS:
        pairing = _pairing(scene, pair)
        if pair.collaboration:
            _collaboration(scene, pair, pairing)
    db.session.flush()


def _pairing(scene: Scene, pair: Pair) -> Pairing:
    decided = DECIDED[pair.call]
    asked = decided - 4
    application = scene.applications[(pair.call, pair.company, pair.startup)]
    startup_said = pair.pairing != "requested"
    pairing = Pairing(
        state=pair.pairing,
        call=application.call,
        centre=scene.centres["garam"],
        challenge=application.challenge,
        application=application,
        company_id=scene.parties[pair.company].id,
        startup_id=scene.parties[pair.startup].id,
        answer_by=days_ago(asked - 14) if startup_said else days_ago(-3.2),
        company_accepts=True,
        company_reason="We have a site, a team and a date.",
        company_answered_at=days_ago(asked - 3),
        startup_accepts=True if startup_said else None,
        startup_reason="This is the place to prove it." if startup_said else None,
        startup_answered_at=days_ago(asked - 5) if startup_said else None,
    )
    db.session.add(pairing)
    staff, company, startup = scene.voices["garam"], scene.voices[pair.company], scene.voices[pair.startup]
    happened("pairing.request", pairing, staff, asked, after="requested")
    happened("pairing.answer", pairing, company, asked - 3)
    last = asked
    if startup_said:
        happened("pairing.answer", pairing, startup, asked - 5)
        happened("pairing.accept", pairing, startup, asked - 5, before="requested", after="accepted")
        last = asked - 5
    if pair.pairing == "confirmed":
        happened("pairing.confirm", pairing, staff, asked - 7, before="accepted", after="confirmed")
        last = asked - 7
    pairing.state_since = days_ago(last)
    return pairing


def _collaboration(scene: Scene, pair: Pair, pairing: Pairing) -> None:
    began = DECIDED[pair.call] - 12
    challenge = pairing.challenge
    collaboration = Collaboration(
        state=pair.collaboration,
        pairing=pairing,
        centre=pairing.centre,
        company_id=pairing.company_id,
        startup_id=pairing.startup_id,
        title=challenge.title("en") if challenge else "",
        locale="en",
        ended_cause="outside" if pair.collaboration == "terminated" else None,
        settlement=(
            "Two thirds of the grant were spent on the lamps that stay; the rest is paid back by June."
            if pair.collaboration == "terminated"
            else None
        ),
        next_step="buy" if pair.collaboration == "follow_up" else None,
        next_step_words="A supply contract for three years." if pair.collaboration == "follow_up" else None,
    )
    db.session.add(collaboration)
    db.session.flush()
    _agreement(scene, pair, collaboration, began)
    course = COURSES.get(pair.company, Course(()))
    _milestones(scene, pair, collaboration, course)
    for ago, side, words in course.notes:
        voice = scene.voices[pair.company if side == "company" else pair.startup]
        collaboration.notes.append(
            ProgressNote(author_id=voice.user_id, organisation_id=voice.organisation_id, text=words, at=days_ago(ago))
        )
        happened("collaboration.note", collaboration, voice, ago)
    _course(scene, pair, collaboration, began)


def _agreement(scene: Scene, pair: Pair, collaboration: Collaboration, began: float) -> None:
    planned = pair.collaboration == "planned"
    ended = pair.collaboration == "terminated"
    agreement = Agreement(
        collaboration=collaboration,
        state="signing" if planned else "terminated" if ended else "active",
    )
    start = days_ago(began - 8).date()
    signed_at = days_ago(began - 8)
    version = AgreementVersion(
        number=1,
        purpose=f"Pilot: {collaboration.title}",
        starts_on=start,
        ends_on=start + timedelta(days=420),
        amount=collaboration.pairing.call.award_amount,
        currency="KRW",
        ip_option="startup_keeps",
        ip_terms="The startup keeps what it makes; the company may use it on the pilot’s site for two years.",
        governing_law="The law of the demonstration country",
        ruling_locale="en",
        text=TEXT,
        in_force_at=None if planned else signed_at,
        ended_at=days_ago(100) if ended else None,
    )
    agreement.versions = [version]
    voices = [scene.voices[pair.company], scene.voices[pair.startup], scene.voices["garam"]]
    version.parties = [
        AgreementParty(organisation_id=v.organisation_id, signer_id=v.user_id, capacity="Representative")
        for v in voices
    ]
    db.session.add(agreement)
    db.session.flush()
    staff = scene.voices["garam"]
    happened("agreement.send", agreement, staff, began, before="drafting", after="review")
    happened("agreement.open_signing", agreement, staff, began - 4, before="review", after="signing")
    signing = [] if planned else voices
    for place, (party, voice) in enumerate(zip(version.parties, signing, strict=False)):
        ago = began - 6 - place / 2
        party.signature = Signature(
            user_id=voice.user_id, signed_at=days_ago(ago), text_hash=version.text_hash(), authority_declared=True
        )
        happened("agreement.sign", agreement, voice, ago)
    if not planned:
        happened("agreement.take_effect", agreement, None, began - 8, before="signing", after="active")
    if ended:
        happened(
            "agreement.terminate", agreement, staff, 100, before="active", after="terminated",
            reason="The collaboration ended early.",
        )  # fmt: skip
    agreement.state_since = days_ago(began - 4 if planned else 100 if ended else began - 8)


def _milestones(scene: Scene, pair: Pair, collaboration: Collaboration, course: Course) -> None:
    steps = {"met": "milestone.meet", "partially_met": "milestone.partially_meet", "not_met": "milestone.miss"}
    for title, due, side, state in course.milestones:
        owner = scene.parties[pair.company if side == "company" else pair.startup]
        milestone = Milestone(
            collaboration=collaboration, owner_id=owner.id, title=title, due_on=days_ago(due).date(), state=state,
            state_since=days_ago(max(due - 2, 0)),
        )  # fmt: skip
        db.session.add(milestone)
        db.session.flush()
        if state in steps:
            happened(
                steps[state], milestone, scene.voices[pair.company], max(due - 2, 0), before="scheduled", after=state,
                reason="" if state == "met" else "Not all of it worked as planned.",
            )  # fmt: skip


def _course(scene: Scene, pair: Pair, collaboration: Collaboration, began: float) -> None:
    """The way from the first day to where the collaboration stands."""
    staff, startup = scene.voices["garam"], scene.voices[pair.startup]
    state, last = pair.collaboration, began
    if state != "planned":
        last = began - 8
        happened("collaboration.start", collaboration, None, last, before="planned", after="active")
    if state == "at_risk":
        last = 13
        happened(
            "collaboration.flag_risk", collaboration, startup, last, before="active", after="at_risk",
            reason="The test rig has not arrived; without it the winter test is lost.",
        )  # fmt: skip
    if state == "terminated":
        last = 100
        happened(
            "collaboration.terminate", collaboration, staff, last, before="active", after="terminated",
            reason="The town withdrew its permission after complaints; nobody was at fault.",
        )  # fmt: skip
    if state in ("final_report", "follow_up"):
        _report(collaboration, startup.user_id, with_opinion=state == "follow_up")
        last = 6 if state == "final_report" else 100
        happened("collaboration.report", collaboration, startup, last, before="active", after="final_report")
    if state == "follow_up":
        happened("collaboration.succeed", collaboration, staff, 90, before="final_report", after="succeeded")
        happened("collaboration.follow_up", collaboration, staff, 80, before="succeeded", after="follow_up")
        last = 80
        _purchase(scene, pair, collaboration)
    if pair.company == "hanbit":
        _claim(scene, pair, collaboration)
    collaboration.state_since = days_ago(last)


def _report(collaboration: Collaboration, author_id: int, *, with_opinion: bool) -> None:
    collaboration.report = FinalReport(
        author_id=author_id,
        goals="Show that the pilot works through a whole season on the company’s site.",
        reached="It worked through the season; the figures of each milestone are in the notes.",
        spending="Wages 46%, material 31%, tests 18%, travel 5%.",
        company_opinion="We keep it, and order it for the other sites." if with_opinion else "",
    )


def _purchase(scene: Scene, pair: Pair, collaboration: Collaboration) -> None:
    outcome = Outcome(
        collaboration=collaboration, kind="purchase", value=Decimal(310_000_000), currency="KRW",
        happened_on=days_ago(60).date(), evidence_url="https://evidence.example/order",
        description="Three years of the quay plan for all berths.", may_publish=True, state="published",
        state_since=days_ago(40),
    )  # fmt: skip
    db.session.add(outcome)
    staff, company, startup = scene.voices["garam"], scene.voices[pair.company], scene.voices[pair.startup]
    happened("outcome.claim", outcome, startup, 58, after="claimed")
    happened("outcome.countersign", outcome, company, 55, before="claimed", after="evidenced")
    happened("outcome.verify", outcome, staff, 50, before="evidenced", after="verified")
    happened("outcome.publish", outcome, staff, 40, before="verified", after="published")


def _claim(scene: Scene, pair: Pair, collaboration: Collaboration) -> None:
    outcome = Outcome(
        collaboration=collaboration, kind="jobs", value=Decimal(2), currency=None, happened_on=days_ago(30).date(),
        evidence_url="https://evidence.example/two-jobs", description="Two engineers hired for the second line.",
        state_since=days_ago(9),
    )  # fmt: skip
    db.session.add(outcome)
    happened("outcome.claim", outcome, scene.voices[pair.startup], 9, after="claimed")
