"""What pages say of a challenge: its row in a list, who acts next and by when, what happens afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from marketplace.challenges.fit import is_startup
from marketplace.challenges.guards import is_absent
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.challenges.policy import is_own, reviews
from marketplace.challenges.secrets import Company, company_of, ended_early, reveals
from marketplace.challenges.sections import SECTIONS
from marketplace.challenges.states import AHEAD, LIVE, OVER
from marketplace.challenges.taking_part import Part
from marketplace.kernel import clock
from marketplace.kernel.locales import LOCALES
from marketplace.kernel.policy import Actor
from marketplace.kernel.sentences import day, instant

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
class Said:
    """A text with the language it is in; empty where it was written in none."""

    words: str
    locale: str


def said_of(challenge: Challenge, locale: str) -> dict[str, Said]:
    """Each text in the reader's language; where it was not written in that, in the main one, else in another."""
    order = list(dict.fromkeys((locale, challenge.main_locale, *LOCALES)))
    return {name: _said(challenge.texts, name, order) for section in SECTIONS for name in section.texts}


def _said(texts: Mapping[str, ChallengeText], name: str, order: Sequence[str]) -> Said:
    found = ((code, str(getattr(texts[code], name))) for code in order if code in texts)
    return next((Said(words, code) for code, words in found if words.strip()), Said("", order[0]))


def is_over(challenge: Challenge, now: datetime) -> bool:
    """Whether it ended without anything more to come: its dates that still lie ahead bind nobody."""
    return not challenge.is_reference and challenge.state_at(now) in OVER


def row_of(
    challenge: Challenge, actor: Actor, locale: str, now: datetime, fit: Any = None, part: Part | None = None
) -> Row:
    """The row of one challenge; ``fit`` is the startup's verdict and ``part`` its application where it has one."""
    opening, closing, over = challenge.opening(), challenge.closing(), is_over(challenge, now)
    return Row(
        challenge,
        challenge.text_in(locale),
        company_of(challenge, actor, locale),
        challenge.state_at(now),
        challenge.zone,
        opening if opening is not None and opening > now and not over else None,
        None if over and closing is not None and closing > now else closing,
        fit,
        part,
    )


@dataclass(frozen=True)
class Next:
    """Who acts next: a title, a sentence, the colour family, and the instant it must happen by."""

    title: str
    text: str = ""
    family: str = ""
    by: datetime | date | None = None


def next_of(challenge: Challenge, actor: Actor, now: datetime, part: Part | None = None) -> Next:
    """What this reader should know first; ``part`` is the reader's own application."""
    state = challenge.state_at(now)
    if challenge.is_reference:
        return _reference("ahead" if _is_ahead(challenge, now) else state, challenge.opening())
    state = "answered" if state == "closed" and challenge.is_answered else state
    if is_own(actor, challenge):
        return _for_company(challenge, state, now)
    if reviews(actor, challenge):
        return _for_staff(challenge, state, now)
    if part is not None and state in LIVE and (own := _for_applicant(challenge, part, state)):
        return own
    return _for_everyone(challenge, actor, state, now)


def _for_applicant(challenge: Challenge, part: Part, state: str) -> Next | None:
    if part.since is None:
        draft = _("Your turn: finish your draft and submit it")
        return Next(draft, _("Only your team reads it."), "waiting", challenge.closing()) if state == "open" else None
    title = _("You applied on %(date)s", date=instant(part.since, challenge.zone))
    if state == "open":
        return Next(title, _("Until the deadline you may still change or withdraw it."), "done", challenge.closing())
    text = _("The centre examines the applications; you get an answer with its reasons.")
    return Next(title, text, "waiting", challenge.answer_by)


def _reference(state: str, opening: datetime | None) -> Next:
    if state == "ahead":
        return Next(
            _("A reference record: nobody applies to it here"), _("By its own dates it opens later."), "", opening
        )
    open_elsewhere = _("Its own dates say that it is open today: follow the link to the source to take part.")
    return Next(
        _("A reference record: nobody applies to it here"),
        open_elsewhere if state == "open" else _("It shows what organisations elsewhere have asked for."),
    )


def _is_ahead(challenge: Challenge, now: datetime) -> bool:
    opening = challenge.opening()
    return opening is not None and opening > now


def _for_company(challenge: Challenge, state: str, now: datetime) -> Next:
    by = _companies_close(challenge)
    ahead = _is_ahead(challenge, now)
    told: dict[str, Next] = {
        "draft": Next(
            _("Your turn: finish the challenge and send it to the centre"),
            f"{_('Nobody else sees it yet.')} {replacing_day(challenge)}".strip(),
            "moving",
            by,
        ),
        "submitted": Next(
            _("The centre reads your challenge next"), _("You are told as soon as somebody starts the review."), "", by
        ),
        "in_review": Next(
            _("The centre reviews your challenge"), _("It takes it as a candidate, asks for changes, or says why not.")
        ),
        "revision": Next(
            _("Your turn: make the changes asked for and send it again"),
            _("The request stands in the comments."),
            "waiting",
            by,
        ),
        "candidate": Next(
            _("The centre publishes your challenge within a call"),
            replacing_day(challenge),
            "",
            challenge.opening() if ahead else None,
        ),
        "open": Next(
            _("Startups apply") if not ahead else _("Applications open soon"),
            _("Applications stay sealed until the deadline; you see their number."),
            "moving",
            challenge.opening() if ahead else challenge.closing(),
        ),
        "closed": Next(
            _("The centre examines the applications, then asks for your view"), "", "waiting", challenge.answer_by
        ),
        "answered": Next(
            _("The decisions are announced"), _("What was decided goes on as pairings: you hear of each."), "done"
        ),
        "filled": Next(_("A startup was found"), _("The work goes on in your collaborations."), "done"),
    }
    return told.get(state) or _ended(state)


def replacing_day(challenge: Challenge) -> str:
    """That the call answers on another day than the company promised; nothing where it does not."""
    promised, answer = challenge.replaced_day, challenge.answer_by
    if promised is None or answer is None:
        return ""
    return str(
        _(
            "You promised an answer by %(promised)s. In the call everybody is answered by %(answer)s, which counts.",
            promised=day(promised),
            answer=day(answer),
        )
    )


def _for_staff(challenge: Challenge, state: str, now: datetime) -> Next:
    if state == "revision" and is_absent(challenge):
        return Next(
            _("Nobody can make the changes you asked for"),
            _("Nobody of the company has an account here yet. Reject the challenge, or wait until somebody joins."),
            "waiting",
        )
    ahead = _is_ahead(challenge, now)
    told: dict[str, Next] = {
        "submitted": Next(_("Your turn: start the review"), _("The company waits for an answer."), "waiting"),
        "in_review": Next(
            _("Your turn: take it as a candidate, ask for changes, or reject it"),
            _("The company waits for an answer."),
            "waiting",
        ),
        "revision": Next(_("The company makes the changes you asked for"), _("You are told when it is sent again.")),
        "candidate": Next(
            _("Your turn: publish it within a call"), "", "waiting", challenge.opening() if ahead else None
        ),
        "open": Next(
            _("Startups apply") if not ahead else _("Applications open soon"),
            _("Applications stay sealed until the deadline."),
            "moving",
            challenge.opening() if ahead else challenge.closing(),
        ),
        "closed": Next(_("Your turn: examine and decide"), "", "waiting", challenge.answer_by),
        "answered": Next(
            _("The decisions are released"),
            _("Open a pairing for who was selected, or end the challenge where nobody was."),
            "waiting",
        ),
    }
    return told.get(state) or _ended(state)


def _for_everyone(challenge: Challenge, actor: Actor, state: str, now: datetime) -> Next:
    if state == "open" and _is_ahead(challenge, now):
        return Next(_("Applications open soon"), _("You may check now whether you qualify."), "", challenge.opening())
    if state == "open":
        mine = is_startup(actor)
        return Next(
            _("Your turn: apply before the deadline") if mine else _("Startups can apply until the deadline"),
            _("The centre then checks whether each applicant qualifies."),
            "moving",
            challenge.closing(),
        )
    if state == "closed":
        return Next(
            _("The centre examines the applications"),
            _("Each applicant gets an answer with its reasons."),
            "waiting",
            challenge.answer_by,
        )
    return _ended(state)


def _ended(state: str) -> Next:
    if state == "answered":
        return Next(_("The decisions are announced"), _("The page of its call names who was selected."), "done")
    titles = {
        "rejected": _("The centre did not take this challenge"),
        "filled": _("A startup was found"),
        "unfilled": _("This challenge ended without a startup"),
        "archived": _("This challenge is over and kept for the record"),
        "withdrawn": _("The company withdrew this challenge"),
    }
    families = {"filled": "done", "archived": ""}
    return Next(titles.get(state, _("Nothing is to be done here")), "", families.get(state, "stopped"))


def _companies_close(challenge: Challenge) -> datetime | None:
    stages = challenge.call.stages if challenge.call is not None else []
    return next((stage.closes_at for stage in stages if stage.kind == "companies_apply"), None)


@dataclass(frozen=True)
class Ahead:
    """One line of what happens next; ``note`` says when, in words, where ``at`` and ``day`` say nothing."""

    label: str
    at: datetime | None = None
    day: date | None = None
    note: str = ""
    done: bool = False
    current: bool = False


def what_happens(challenge: Challenge, now: datetime) -> list[Ahead]:
    """The way from publication to an answer, with its dates; empty once it is over. What is done early has no date."""
    if is_over(challenge, now):
        return []
    state = challenge.state_at(now)
    closing, answer = challenge.closing(), challenge.answer_by
    over = state not in AHEAD
    told = state == "filled" or challenge.is_answered
    advisory = challenge.call is None or challenge.call.fit_role == "advisory"
    view = _("the company’s view is advice to the centre") if advisory else _("the company’s view is decisive")
    checked, signed = (_end_of(challenge, kinds) for kinds in (CHECKING, ("agreement",)))
    compared = _end_of(challenge, COMPARING, answer)
    lines = [
        Ahead(_("The challenge is published"), at=challenge.published_at, done=challenge.published_at is not None),
        Ahead(_("Startups apply"), at=closing, done=over, current=state == "open"),
        Ahead(
            _("The centre checks who qualifies"),
            at=checked,
            note=_("a refusal says why"),
            done=told,
            current=state == "closed" and not told,
        ),
        Ahead(_("The company compares the applications"), at=compared, note=view, done=told),
        Ahead(_("All decisions are announced together"), day=answer, note=_("each with its reasons"), done=told),
        Ahead(_("Both sides sign and begin"), at=signed, done=told, current=told),
    ]
    return [_undated(line, now, challenge.zone) if line.done else line for line in lines]


def _undated(line: Ahead, now: datetime, zone: str) -> Ahead:
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
