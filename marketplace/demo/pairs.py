"""The nine pairs of the story, and how the two sides of each answered."""

from __future__ import annotations

from typing import NamedTuple

from marketplace.demo.calls import WINDOW
from marketplace.demo.history import Turn, days_ago, note_event, reach_state
from marketplace.demo.people import Scene
from marketplace.demo.story import read
from marketplace.kernel.db import db
from marketplace.pairings.models import Pairing

# Pairs of a call do not all move on one day: each lags a little behind the one before.
LAG = {"on_demand": 0.0, "follow_up": 1.7}


class Mark(NamedTuple):
    """A milestone: ``due`` in days ago (negative: ahead), ``owner`` a side of the pair."""

    title: str
    due: float
    owner: str
    state: str
    note: str = ""
    reason: str = ""  # where it was not fully met


class Note(NamedTuple):
    """A progress note, ``ago`` in days, of the company, the startup or the centre."""

    ago: float
    author: str
    text: str


class Course(NamedTuple):
    """A collaboration from milestones to its end; ``trouble`` is the reason of a risk or of an early end."""

    locale: str = ""
    milestones: tuple[Mark, ...] = ()
    notes: tuple[Note, ...] = ()
    trouble: str = ""
    settlement: str = ""
    goals: str = ""
    reached: str = ""
    spending: str = ""
    opinion: str = ""
    next_words: str = ""
    outcome: str = ""


class Paper(NamedTuple):
    """An agreement's terms in the language that rules."""

    purpose: str
    text: str
    ip_terms: str
    law: str
    capacity: str


class Pair(NamedTuple):
    """A pairing that came of a selected application, both sides’ answers, and its collaboration's state if any."""

    call: str
    company: str
    startup: str
    pairing: str
    collaboration: str
    company_says: str
    startup_says: str = ""
    course: Course = Course()


class Story(NamedTuple):
    request: dict[str, str]
    papers: dict[str, Paper]
    pairs: tuple[Pair, ...]


STORY = read(Story, "pairs")


def begun(pair: Pair) -> float:
    """How many days ago the centre turned to this pair."""
    before = [other for other in STORY.pairs if other.call == pair.call].index(pair)
    return WINDOW[pair.call].decided - LAG[pair.call] * before


def make_pairing(scene: Scene, pair: Pair) -> Pairing:
    asked = begun(pair) - 4
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
        state_since=days_ago(asked),
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
    message = STORY.request[pairing.centre.languages[0]]
    note_event("pairing.request", pairing, scene.broker_of(pair.company), asked, after="requested", reason=message)
    note_event("pairing.answer", pairing, company, asked - 3)
    if startup_said:
        note_event("pairing.answer", pairing, startup, asked - 5)
    reach_state(
        pairing,
        Turn("pairing.accept", startup, asked - 5),
        Turn("pairing.confirm", scene.voices["garam"], asked - 7),
    )
    return pairing
