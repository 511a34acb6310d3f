"""What pages say of a challenge: where it stands, its row in a list, its texts, what happens afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.challenges.participation import Part
from marketplace.challenges.policy import is_own
from marketplace.challenges.secrets import Company, company_of, ended_early, reveals
from marketplace.challenges.sections import SECTIONS
from marketplace.challenges.states import AHEAD, OVER
from marketplace.kernel import clock
from marketplace.kernel.locales import LOCALES
from marketplace.kernel.policy import Actor

CHECKING, COMPARING = ("screening",), ("paper", "meetup", "presentation", "refinement", "final")  # kinds of stages


@dataclass(frozen=True)
class Row:
    """One challenge as a list shows it to one reader."""

    challenge: Challenge
    text: ChallengeText | None
    company: Company
    state: str
    zone: str
    opens_at: datetime | None
    closes_at: datetime | None
    fit: Any = None
    part: Part | None = None


@dataclass(frozen=True)
class Translated:
    """A text with the language it is in; empty where it was written in none."""

    words: str
    locale: str


def texts_of(challenge: Challenge, locale: str) -> dict[str, Translated]:
    """Each text in the reader's language; where it was not written in that, in the main one, else in another."""
    order = list(dict.fromkeys((locale, challenge.main_locale, *LOCALES)))
    return {name: _said(challenge.texts, name, order) for section in SECTIONS for name in section.texts}


def _said(texts: Mapping[str, ChallengeText], name: str, order: Sequence[str]) -> Translated:
    found = ((code, str(getattr(texts[code], name))) for code in order if code in texts)
    return next((Translated(words, code) for code, words in found if words.strip()), Translated("", order[0]))


@dataclass(frozen=True)
class Standing:
    """Where a challenge stands at an instant; over once nothing more comes: dates that still lie ahead bind nobody."""

    state: str
    opening: datetime | None
    closing: datetime | None
    is_ahead: bool
    is_over: bool


def standing_of(challenge: Challenge, now: datetime) -> Standing:
    """The state that holds at an instant, and what its dates mean then."""
    state, opening = challenge.state_at(now), challenge.opening()
    is_ahead, is_over = opening is not None and opening > now, not challenge.is_reference and state in OVER
    return Standing(state, opening, challenge.closing(), is_ahead, is_over)


def row_of(
    challenge: Challenge, actor: Actor, locale: str, now: datetime, fit: Any = None, part: Part | None = None
) -> Row:
    """The row of one challenge; ``fit`` is the startup's verdict and ``part`` its application where it has one."""
    here = standing_of(challenge, now)
    return Row(
        challenge,
        challenge.text_in(locale),
        company_of(challenge, actor, locale),
        here.state,
        challenge.zone,
        here.opening if here.is_ahead and not here.is_over else None,
        None if here.is_over and here.closing is not None and here.closing > now else here.closing,
        fit,
        part,
    )


@dataclass(frozen=True)
class StepAhead:
    """One line of what happens next; ``note`` says when, in words, where ``at`` and ``day`` say nothing."""

    label: str
    at: datetime | None = None
    day: date | None = None
    note: str = ""
    done: bool = False
    current: bool = False


def what_happens(challenge: Challenge, now: datetime) -> list[StepAhead]:
    """The way from publication to an answer, with its dates; empty once it is over. What is done early has no date."""
    here, answer = standing_of(challenge, now), challenge.answer_by
    if here.is_over:
        return []
    state, over = here.state, here.state not in AHEAD
    told = state == "filled" or challenge.is_answered
    advisory = challenge.call is None or challenge.call.fit_role == "advisory"
    view = _("the company’s view is advice to the centre") if advisory else _("the company’s view is decisive")
    checked, signed = (_end_of(challenge, kinds) for kinds in (CHECKING, ("agreement",)))
    compared = _end_of(challenge, COMPARING, answer)
    lines = [
        StepAhead(_("The challenge is published"), at=challenge.published_at, done=challenge.published_at is not None),
        StepAhead(_("Startups apply"), at=here.closing, done=over, current=state == "open"),
        StepAhead(
            _("The centre checks who qualifies"),
            at=checked,
            note=_("a refusal says why"),
            done=told,
            current=state == "closed" and not told,
        ),
        StepAhead(_("The company compares the applications"), at=compared, note=view, done=told),
        StepAhead(_("All decisions are announced together"), day=answer, note=_("each with its reasons"), done=told),
        StepAhead(_("Both sides sign and begin"), at=signed, done=told, current=told),
    ]
    return [_undated(line, now, challenge.zone) if line.done else line for line in lines]


def _undated(line: StepAhead, now: datetime, zone: str) -> StepAhead:
    """What is done, without a date that still lies ahead."""
    at = line.at if line.at is not None and line.at <= now else None
    return replace(line, at=at, day=line.day if line.day is not None and line.day <= clock.day_of(now, zone) else None)


def _end_of(challenge: Challenge, kinds: tuple[str, ...], until: date | None = None) -> datetime | None:
    """When the last of the call's stages of these kinds ends, of those that end by a day, where the call says so."""
    stages = challenge.call.stages if challenge.call is not None and not challenge.is_reference else []
    ends = (stage.closes_at for stage in stages if stage.kind in kinds and stage.closes_at)
    return max((end for end in ends if until is None or clock.day_of(end, challenge.zone) <= until), default=None)


def reveal_note(challenge: Challenge, actor: Actor) -> str:
    """When the company's name will be known, for those who do not know it yet."""
    if reveals(challenge, actor):
        hides = challenge.visibility == "anonymous" and is_own(actor, challenge)
        return str(_("Others see a description instead of your name.")) if hides else ""
    rule = challenge.call.identity_revealed if challenge.call and not ended_early(challenge) else "never"
    notes: dict[str, str] = {
        "at_closing": _("Its name is shown when applications close."),
        "at_pairing": _("Its name is shown to the startup it is paired with."),
    }
    return notes.get(rule) or str(_("Its name is not shown during this call."))
