"""What a call's page tells: who acts next and by when, where its stages stand, and what was amended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from marketplace.calls import labels
from marketplace.calls.models import Call, Stage
from marketplace.calls.states import CURRENT, OVER, RELEASED
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.locales import NAMES
from marketplace.kernel.turns import Next
from marketplace.web.filters import day, instant, relative
from marketplace.web.language import current_locale


def next_of(call: Call) -> Next:
    """Who acts next on a call, by its state on the clock."""
    state, zone = call.state_at(clock.now()), call.time_zone
    answer = _("Answers are promised by %(day)s.", day=day(call.decisions_by)) if call.decisions_by else ""
    told = {
        "draft": Next(_("The managing centre completes this call and publishes it")),
        "published": Next(
            _("Applications open on %(when)s", when=instant(call.opens_at, zone)),
            _("Until then, read who may apply and prepare. Applications close on %(when)s.",
              when=instant(call.closes_at, zone)),
        ),
        "open": Next(
            f"{_applicants(call)} {_('by %(when)s', when=instant(call.closes_at, zone))}",
            " ".join(filter(None, [_("Then the managing centre checks who is eligible."), answer])),
            "moving",
        ),
        "closed": Next(
            _("The managing centre decides by %(day)s", day=day(call.decisions_by))
            if call.decisions_by
            else _("The managing centre decides"),
            _("Applications closed on %(when)s. Nothing for applicants to do until they are told.",
              when=instant(call.closes_at, zone)),
        ),
        "decided": Next(_("The selected pairs and the centre agree on how to work together"), "", "done"),
        "running": Next(_("Companies and startups work together; the centre follows them"), "", "moving"),
        "closed_out": Next(_("This call is complete"), _("Nobody has anything left to do."), "done"),
        "cancelled": Next(_("This call was cancelled"), _("Nobody can apply any more."), "stopped"),
    }  # fmt: skip
    return told[state]


def _applicants(call: Call) -> str:
    words: dict[str, str] = {
        "top_down": _("Startups apply to a challenge"),
        "bottom_up": _("Companies recommend, and their startups apply,"),
        "on_demand": _("Company and startup apply together"),
        "follow_up": _("Proven pairs apply together"),
    }
    return words[call.track]


def stage_steps(call: Call) -> list[dict[str, Any]]:
    """The stages as steps of a line: past, here, ahead."""
    now, state = clock.now(), call.state_at(clock.now())
    over = state in OVER
    current = None if over or state == "draft" else _current(call, now)
    here = call.stages.index(current) if current else len(call.stages) if state in RELEASED else 0
    return [
        {
            "label": labels.STAGE_KINDS[stage.kind],
            "note": _stage_note(stage, call.time_zone),
            "current": stage is current,
            "done": index < here and state != "cancelled" and not _goes_on(stage, state, now),
        }
        for index, stage in enumerate(call.stages)
    ]


def _goes_on(stage: Stage, state: str, now: datetime) -> bool:
    """Whether a stage that began is under way: companies without a deadline send until applications close."""
    if stage.closes_at is not None:
        return stage.closes_at > now
    return stage.kind == "companies_apply" and state in CURRENT


def _current(call: Call, now: datetime) -> Stage | None:
    """The stage under way: the last that has begun; else the first."""
    begun = [s for s in call.stages if s.opens_at is not None and s.opens_at <= now]
    if begun and begun[-1].closes_at is not None and begun[-1].closes_at < now:
        if running := [s for s in begun if s.closes_at is not None and s.closes_at >= now]:
            return running[-1]
        after = call.stages[call.stages.index(begun[-1]) + 1 :]
        return after[0] if after else begun[-1]
    return begun[-1] if begun else next(iter(call.stages), None)


def _stage_note(stage: Stage, zone: str) -> str:
    """Who acts, from when to when, and how many go on."""
    parts = [str(labels.STAGE_ACTORS[stage.actor])]
    if stage.opens_at and stage.closes_at:
        parts.append(_("%(start)s to %(end)s", start=instant(stage.opens_at, zone), end=instant(stage.closes_at, zone)))
    elif stage.opens_at:
        parts.append(_("from %(start)s", start=instant(stage.opens_at, zone)))
    elif stage.closes_at:
        parts.append(_("until %(end)s", end=instant(stage.closes_at, zone)))
    if stage.closes_at and stage.closes_at > clock.now():
        parts.append(relative(stage.closes_at, zone))
    if stage.cut:
        parts.append(_("%(number)s go on", number=stage.cut))
    return " · ".join(parts)


AMENDING = ("call.amend", "call.reopen", "call.cancel")


def amendments(call: Call) -> list[dict[str, Any]]:
    """What was changed after publication, in public: when, what, and why; newest first."""
    events = db.session.scalars(
        select(Event)
        .where(Event.subject_type == "call", Event.subject_id == call.id, Event.step.in_(AMENDING))
        .order_by(Event.id.desc())
    )
    return [
        {
            "at": event.at,
            "zone": call.time_zone,
            "title": _amended(event, call),
            "note": _reason(event),
            "family": "stopped" if event.step == "call.cancel" else "moving",
        }
        for event in events
        if event.before != "draft"
    ]


def _reason(event: Event) -> str:
    """Why, with its language named where it is not the page's."""
    if event.reason is None:
        return ""
    code = str(event.data.get("locale") or "")
    if code not in NAMES or code == current_locale():
        return event.reason.text
    said = Markup('<span lang="{}">{}</span> <span class="soft">({})</span>')
    return said.format(code, event.reason.text, NAMES[code])


def _amended(event: Event, call: Call) -> str:
    if event.step == "call.cancel":
        return str(_("The call was cancelled"))
    if event.step == "call.reopen":
        until = datetime.fromisoformat(event.data["closes_at"])
        return ". ".join(
            [str(_("Opened again until %(when)s", when=instant(until, call.time_zone))), *_promised(event)]
        )
    said = []
    fields = [str(name) for name in event.data.get("fields", [])]
    if "closes_at" in fields:
        until = datetime.fromisoformat(event.data["after"])
        said.append(_("The deadline moved to %(when)s", when=instant(until, call.time_zone)))
    parts = list(dict.fromkeys(name.partition(".")[0] for name in fields if "." in name))
    if parts:
        words = ", ".join(str(labels.NOTICE[name]) for name in parts if name in labels.NOTICE)
        said.append(_("Words corrected: %(parts)s", parts=words))
    return ". ".join([*said, *_promised(event)])


def _promised(event: Event) -> list[str]:
    """The day of the answers, where it moved."""
    promised = event.data.get("decisions_by")
    return [str(_("Answers are promised by %(day)s.", day=day(date.fromisoformat(promised))))] if promised else []
