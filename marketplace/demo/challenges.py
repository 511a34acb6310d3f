"""Challenges of the story, each with its past and under the centre of its company's region."""

from __future__ import annotations

from typing import NamedTuple

from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge, ChallengeText, ReviewComment
from marketplace.demo.calls import MILLION, WINDOW
from marketplace.demo.history import Turn, days_ago, note_event, reach_state
from marketplace.demo.people import Scene
from marketplace.demo.story import Trilingual, read
from marketplace.kernel import clock
from marketplace.kernel.db import db

OPENED = ("open", "closed", "filled", "archived")


class Need(NamedTuple):
    """A challenge. ``place`` is the call it stands in (or none yet) and ``state`` where it has got to."""

    company: str
    place: str
    state: str
    fields: tuple[str, ...]
    trl: tuple[int, int]
    budget: int  # million KRW
    ip: str
    title: Trilingual
    summary: Trilingual
    problem: Trilingual
    success: Trilingual
    why: Trilingual = Trilingual()
    limits: Trilingual = Trilingual()


class Story(NamedTuple):
    """All needs, and what they have in common; ``asked`` and ``answered`` are of a revision, by company."""

    route: Trilingual
    resources: Trilingual
    payment: Trilingual
    anonymous: Trilingual
    why: Trilingual
    refused: str
    asked: dict[str, str]
    answered: dict[str, str]
    owners: dict[str, str]
    paired: tuple[Need, ...]
    needs: tuple[Need, ...]


STORY = read(Story, "challenges")


def make(scene: Scene) -> None:
    """Make all challenges."""
    for need in (*STORY.paired, *STORY.needs):
        challenge = _challenge(scene, need)
        scene.challenges.setdefault((need.place or need.state, need.company), challenge)
    db.session.flush()


def _challenge(scene: Scene, need: Need) -> Challenge:
    call: Call | None = scene.calls.get(need.place)
    told = WINDOW.get(need.place)
    company = scene.parties[need.company]
    hidden = (need.company, need.place) == ("norvik", "top_down")
    seat = _seat_of(scene, need)
    published = days_ago(told.opens - 0.5) if told and need.state in OPENED else None
    challenge = Challenge(
        state=need.state,
        state_since=days_ago(_begun(need)),
        organisation=company,
        centre=scene.centres[seat],
        call=call,
        created_by_id=scene.voices[need.company].user_id,
        created_at=days_ago(_begun(need)),
        main_locale=scene.centres[scene.seat_of(need.company)].languages[0],
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
        owner_role=STORY.owners[need.company],
        decision_date=clock.day_of(days_ago(told.decided if told else -60), "UTC"),
        published_at=published,
        submitted_at=None if need.state == "draft" else days_ago(_begun(need) - 2),
        pairs_confirmed=1 if need.state in ("filled", "archived") else 0,
        texts={code: _text(need, code, hidden) for code in Trilingual._fields},
    )
    db.session.add(challenge)
    _past_of_challenge(scene, challenge, need)
    return challenge


def _text(need: Need, code: str, hidden: bool) -> ChallengeText:
    def say(said: Trilingual) -> str:
        return str(getattr(said, code))

    return ChallengeText(
        locale=code,
        title=say(need.title),
        summary=say(need.summary),
        problem=say(need.problem),
        success_criteria=say(need.success),
        why_now=say(need.why) or say(STORY.why),
        constraints=say(need.limits),
        purchase_route=say(STORY.route),
        resources_words=say(STORY.resources),
        payment_terms=say(STORY.payment),
        anonymous_as=say(STORY.anonymous) if hidden else "",
    )


def _seat_of(scene: Scene, need: Need) -> str:
    """The centre that reviews it; a candidate lies with the managing centre, which alone can publish it."""
    return "garam" if need.state == "candidate" else scene.seat_of(need.company)


def _begun(need: Need) -> float:
    """How many days ago the company began to write."""
    told = WINDOW.get(need.place)
    return told.opens + 25 if told else 3.5 if need.state == "submitted" else 14.0


def _past_of_challenge(scene: Scene, challenge: Challenge, need: Need) -> None:
    told, voice, begun = WINDOW.get(need.place), scene.voices[need.company], _begun(need)
    staff, manager = scene.voices[f"centre {_seat_of(scene, need)}"], scene.voices["garam"]
    note_event("challenge.create", challenge, voice, begun)
    way = [
        Turn("challenge.submit", voice, begun - 2),
        Turn("challenge.take_up", staff, begun - 4),
        Turn("challenge.reject", staff, 6, STORY.refused),
        Turn("challenge.ask_changes", staff, 5, STORY.asked.get(need.company, "")),
        Turn("challenge.accept", staff, begun - 7),
    ]
    if told and challenge.call:
        way += [
            Turn("challenge.publish", manager, told.opens - 0.5),
            Turn("challenge.close", None, challenge.call.closes_at or told.closes),
            Turn("challenge.fill", manager, told.decided - (11 if told.key == "on_demand" else 20)),
        ]
    reach_state(challenge, *way, state="filled" if need.state == "archived" else need.state)
    if need.state == "revision":
        answer = STORY.answered[need.company]
        challenge.comments = [ReviewComment(author_id=voice.user_id, text=answer, at=days_ago(3))]
        note_event("challenge.comment", challenge, voice, 3)
