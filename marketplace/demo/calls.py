"""The one programme of the story and its four calls, a track each."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from marketplace.calls.models import Call, CallText, EligibilityRule, Stage
from marketplace.calls.tracks import Template, template
from marketplace.demo.history import Turn, days_ago, reach_state
from marketplace.demo.people import Scene
from marketplace.demo.story import Trilingual, read
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network.models import Programme, ProgrammeText

MILLION = Decimal(1_000_000)
MIDNIGHT, CLOSING = 15, 7  # hours of UTC: 00:00 and 16:00 in Seoul


class CallStory(NamedTuple):
    """A call: ``opens`` and ``closes`` in days ago (negative: ahead), ``awards`` of ``amount`` million won."""

    key: str
    track: str
    state: str
    opens: float
    closes: float
    decided: float
    awards: int
    amount: int
    fit: str
    title: Trilingual
    subject: Trilingual
    kind: str | None = None


class Story(NamedTuple):
    programme: Trilingual
    summary: Trilingual
    notice: dict[str, Trilingual]
    calls: tuple[CallStory, ...]


STORY = read(Story, "calls")
WINDOW = {told.key: told for told in STORY.calls}


def make(scene: Scene) -> None:
    """Make the programme and its calls."""
    year = clock.now().year
    programme = Programme(
        managing_centre=scene.centres["garam"],
        cooperating_centres=[centre for slug, centre in scene.centres.items() if slug != "garam"],
        funder=scene.parties["funder"],
        first_year=year - 1,
        last_year=year + 1,
        budget=4_000 * MILLION,
        currency="KRW",
        texts={
            code: ProgrammeText(locale=code, name=getattr(STORY.programme, code), summary=getattr(STORY.summary, code))
            for code in Trilingual._fields
        },
    )
    db.session.add(programme)
    for told in STORY.calls:
        scene.calls[told.key] = _call(scene, programme, told)


def _call(scene: Scene, programme: Programme, told: CallStory) -> Call:
    opens_at, closes_at = _hour(told.opens, 0), _hour(told.closes, CLOSING)
    chosen = template(told.track, told.kind)
    call = Call(
        programme=programme,
        state=told.state,
        track=told.track,
        bottom_up_kind=told.kind,
        main_locale="en",
        time_zone="Asia/Seoul",
        notice_date=clock.day_of(opens_at, "UTC"),
        opens_at=opens_at,
        closes_at=closes_at,
        grace_seconds=30,
        decisions_by=clock.day_of(days_ago(told.decided), "UTC"),
        award_count=told.awards,
        award_amount=told.amount * MILLION,
        budget=told.awards * told.amount * MILLION,
        currency="KRW",
        own_contribution_percent=20,
        applications_per_startup=3,
        awards_per_startup=1,
        fit_role=told.fit,
        texts={code: _notice(told, code) for code in Trilingual._fields},
        stages=_stages(told, chosen.stages),
        rules=[
            EligibilityRule(position=n, kind=kind, params=deepcopy(params))
            for n, (kind, params) in enumerate(_rules(chosen), 1)
        ],
    )
    db.session.add(call)
    db.session.flush()
    for stage in call.stages:
        if stage.kind == "startups_apply":
            stage.opens_at, stage.closes_at = opens_at, closes_at
    _past(scene, call, told)
    return call


def _rules(chosen: Template) -> list[tuple[str, dict[str, Any]]]:
    """The usual rules; whoever won before is admitted, within one running grant."""
    swapped = ("running_grants", {"most": 1})
    return [swapped if kind == "no_earlier_award" else (kind, params) for kind, params in chosen.rules]


def _hour(ago: float, hour: int) -> datetime:
    """A full hour, some days ago."""
    return days_ago(ago).replace(hour=hour, minute=0, second=0, microsecond=0)


def _notice(told: CallStory, code: str) -> CallText:
    words = {name: getattr(said, code) for name, said in STORY.notice.items()}
    return CallText(locale=code, title=getattr(told.title, code), subject=getattr(told.subject, code), **words)


def _stages(told: CallStory, kinds: Sequence[tuple[str, str]]) -> list[Stage]:
    """The companies' window before the startups'; then what an answer waits for, until the promised day; the rest."""
    order = [kind for kind, _ in kinds]
    applying, decision = order.index("startups_apply"), order.index("final") if "final" in order else len(order) - 1
    days, found = told.closes - told.decided, []
    for at, (kind, actor) in enumerate(kinds):
        window: tuple[datetime, datetime] | tuple[None, None] = (None, None)
        if kind == "companies_apply":
            window = _hour(told.opens + 40, MIDNIGHT), _hour(told.opens + 12, CLOSING)
        elif applying < at <= decision:
            begins, ends = (told.closes - days * (n - applying) // (decision - applying) for n in (at - 1, at))
            window = _hour(begins, MIDNIGHT), _hour(ends, CLOSING)
        elif at > decision:
            begins = told.decided - 10 * (at - decision - 1)
            window = _hour(begins, MIDNIGHT), _hour(begins - 9, CLOSING)
        found.append(Stage(position=at + 1, kind=kind, actor=actor, opens_at=window[0], closes_at=window[1]))
    return found


def _past(scene: Scene, call: Call, told: CallStory) -> None:
    staff = scene.voices["garam"]
    reach_state(
        call,
        Turn("call.publish", staff, told.opens + 3),
        Turn("call.open", None, call.opens_at or told.opens),
        Turn("call.close", None, call.closes_at or told.closes),
        Turn("call.release", staff, told.decided),
        Turn("call.start", None, told.decided - 20),
    )
