"""Who acts next on a challenge and by when, in the words of its reader."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from marketplace.challenges.fit import is_startup
from marketplace.challenges.guards import is_absent
from marketplace.challenges.models import Challenge
from marketplace.challenges.page_facts import Standing, standing_of
from marketplace.challenges.participation import Part
from marketplace.challenges.policy import is_own, reviews
from marketplace.challenges.states import CHALLENGE, LIVE
from marketplace.kernel.policy import Actor
from marketplace.kernel.sentences import day, instant
from marketplace.kernel.turns import Next


def next_of(challenge: Challenge, actor: Actor, now: datetime, part: Part | None = None) -> Next:
    """What this reader should know first; ``part`` is the reader's own application."""
    here = standing_of(challenge, now)
    if challenge.is_reference:
        return _reference(here)
    state = "answered" if here.state == "closed" and challenge.is_answered else here.state
    if is_own(actor, challenge):
        return _for_company(challenge, here, state)
    if reviews(actor, challenge):
        return _for_staff(challenge, here, state)
    if part is not None and state in LIVE and (own := _for_applicant(challenge, part, state)):
        return own
    return _for_everyone(challenge, actor, here, state)


def _for_applicant(challenge: Challenge, part: Part, state: str) -> Next | None:
    if part.since is None:
        draft = _("Your turn: finish your draft and submit it")
        return Next(draft, _("Only your team reads it."), by=challenge.closing()) if state == "open" else None
    title = _("You applied on %(date)s", date=instant(part.since, challenge.zone))
    if state == "open":
        return Next(title, _("Until the deadline you may still change or withdraw it."), "done", challenge.closing())
    return Next(title, _("The centre examines the applications; you get an answer with its reasons."),
                by=challenge.answer_by)  # fmt: skip


def _reference(here: Standing) -> Next:
    title = _("A reference record: nobody applies to it here")
    if here.is_ahead:
        return Next(title, _("By its own dates it opens later."), "", here.opening)
    if here.state == "open":
        return Next(
            title, _("Its own dates say that it is open today: follow the link to the source to take part."), ""
        )
    return Next(title, _("It shows what organisations elsewhere have asked for."), "")


def _open(here: Standing, text: str) -> Next:
    """To those who watch over it."""
    if here.is_ahead:
        return Next(_("Applications open soon"), text, "moving", here.opening)
    return Next(str(CHALLENGE.states["open"].turn.words), text, "moving", here.closing)


def _for_company(challenge: Challenge, here: Standing, state: str) -> Next:
    if state == "open":
        return _open(here, _("Applications stay sealed until the deadline; you see their number."))
    by = _companies_close(challenge)
    told: dict[str, Next] = {
        "draft": Next(
            _("Your turn: finish the challenge and send it to the centre"),
            f"{_('Nobody else sees it yet.')} {_replacing_day(challenge)}".strip(),
            "moving",
            by,
        ),
        "submitted": Next(
            _("The centre reads your challenge next"), _("You are told as soon as somebody starts the review."), "", by
        ),
        "in_review": Next(
            _("The centre reviews your challenge"),
            _("It takes it as a candidate, asks for changes, or says why not."),
            "",
        ),
        "revision": Next(
            _("Your turn: make the changes asked for and send it again"),
            _("The request stands in the comments."),
            by=by,
        ),
        "candidate": Next(
            _("The centre publishes your challenge within a call"),
            _replacing_day(challenge),
            "",
            here.opening if here.is_ahead else None,
        ),
        "closed": Next(_("The centre examines the applications, then asks for your view"), by=challenge.answer_by),
        "answered": Next(
            _("The decisions are announced"), _("What was decided goes on as pairings: you hear of each."), "done"
        ),
        "filled": Next(_("A startup was found"), _("The work goes on in your collaborations."), "done"),
    }
    return told.get(state) or _ended(state)


def _replacing_day(challenge: Challenge) -> str:
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


def _for_staff(challenge: Challenge, here: Standing, state: str) -> Next:
    if state == "open":
        return _open(here, _("Applications stay sealed until the deadline."))
    if state == "revision" and is_absent(challenge):
        return Next(
            _("Nobody can make the changes you asked for"),
            _("Nobody of the company has an account here yet. Reject the challenge, or wait until somebody joins."),
        )
    waits = _("The company waits for an answer.")
    told: dict[str, Next] = {
        "submitted": Next(_("Your turn: start the review"), waits),
        "in_review": Next(_("Your turn: take it as a candidate, ask for changes, or reject it"), waits),
        "revision": Next(
            _("The company makes the changes you asked for"), _("You are told when it is sent again."), ""
        ),
        "candidate": Next(_("Your turn: publish it within a call"), by=here.opening if here.is_ahead else None),
        "closed": Next(_("Your turn: examine and decide"), by=challenge.answer_by),
        "answered": Next(
            _("The decisions are released"),
            _("Open a pairing for who was selected, or end the challenge where nobody was."),
        ),
    }
    return told.get(state) or _ended(state)


def _for_everyone(challenge: Challenge, actor: Actor, here: Standing, state: str) -> Next:
    if state == "open" and here.is_ahead:
        return Next(_("Applications open soon"), _("You may check now whether you qualify."), "", here.opening)
    if state == "open":
        return Next(
            _("Your turn: apply before the deadline")
            if is_startup(actor)
            else _("Startups can apply until the deadline"),
            _("The centre then checks whether each applicant qualifies."),
            "moving",
            here.closing,
        )
    if state == "closed":
        return Next(
            _("The centre examines the applications"),
            _("Each applicant gets an answer with its reasons."),
            by=challenge.answer_by,
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
