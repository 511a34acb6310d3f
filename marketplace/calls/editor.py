"""Building a call: everything that may change while it is a draft, and only then."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from marketplace.calls.models import NOTICE, RULE_KINDS, Call, CallText, EligibilityRule, Stage
from marketplace.calls.stages import add_stage_row, move_stage_row, remove_stage_row, set_window
from marketplace.calls.tracks import TEMPLATES, template
from marketplace.kernel import events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Programme

MONEY = (
    "award_count", "award_amount", "budget", "currency", "own_contribution_percent", "applications_per_startup",
    "awards_per_startup", "fit_role", "identity_revealed", "grace_seconds", "questions_close_days",
    "answer_working_days",
)  # fmt: skip


def create_call(
    programme: Programme, actor: Actor, *, title: str, locale: str, track: str, bottom_up_kind: str | None = None
) -> Call:
    """Begin a call from its track's template, in the zone and currency of the managing centre's programme."""
    policy.require(actor, "call.create", programme)
    if (track, bottom_up_kind) not in TEMPLATES:
        raise Invalid(_l("Choose what the recommendation is linked to."), field="bottom_up_kind")
    chosen = template(track, bottom_up_kind)
    call = Call(
        programme=programme,
        track=track,
        bottom_up_kind=bottom_up_kind,
        main_locale=locale,
        time_zone=programme.managing_centre.time_zone,
        currency=programme.currency,
        fit_role=chosen.fit_role,
        texts={locale: CallText(locale=locale, title=title)},
        stages=[Stage(position=n, kind=kind, actor=by) for n, (kind, by) in enumerate(chosen.stages, 1)],
        rules=[
            EligibilityRule(position=n, kind=kind, params=deepcopy(params))
            for n, (kind, params) in enumerate(chosen.rules, 1)
        ],
    )
    db.session.add(call)
    events.record("call.create", call, actor, data={"track": track})
    return call


def copy_call(call: Call, actor: Actor) -> Call:
    """Begin next year's call from this one: everything but its dates."""
    if call.programme is None:
        raise Blocked(_l("Reference records are not run here."))
    policy.require(actor, "call.create", call.programme)
    kept = ("track", "bottom_up_kind", "main_locale", "time_zone", *MONEY)
    copy = Call(
        programme=call.programme,
        **{name: getattr(call, name) for name in kept},
        texts={
            code: CallText(locale=code, **{name: getattr(text, name) for name in NOTICE})
            for code, text in call.texts.items()
        },
        stages=[Stage(position=s.position, kind=s.kind, actor=s.actor, cut=s.cut) for s in call.stages],
        rules=[EligibilityRule(position=r.position, kind=r.kind, params=deepcopy(r.params)) for r in call.rules],
    )
    db.session.add(copy)
    events.record("call.create", copy, actor, data={"copied_from": call.id})
    return copy


def expect_draft(call: Call, actor: Actor, version: int | None) -> None:
    """Refuse a change unless the call is a draft of the actor's centre, in the version seen."""
    policy.require(actor, "call.edit", call)
    expect_version(call, version)
    if call.state != "draft":
        raise Blocked(_l("A published call is changed by an amendment, so that everyone can see what changed."))


def record_change(call: Call, actor: Actor, *fields: str) -> None:
    """Bump the version and record which fields changed."""
    touch(call)
    db.session.flush()
    events.record("call.edit", call, actor, data={"fields": list(fields)})


def write_notice(call: Call, notice: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Write the words of the languages given and return what changed, as ``subject.fr``."""
    written = []
    for code, words in notice.items():
        row = call.texts.get(code) or CallText(locale=code, title="")
        names = [name for name, words_ in words.items() if (getattr(row, name) or "") != words_]
        if names and code not in call.texts:
            call.texts[code] = row
        for name in names:
            setattr(row, name, words[name])
            written.append(f"{name}.{code}")
    return written


def change_notice(
    call: Call, actor: Actor, notice: Mapping[str, Mapping[str, str]], main_locale: str, *, version: int | None
) -> Call:
    """Change the words of the notice; a language without a title is taken out."""
    expect_draft(call, actor, version)
    if not notice.get(main_locale, {}).get("title"):
        raise Invalid(_l("Give the call a title in its main language."), field=f"title_{main_locale}")
    untitled = [code for code, words in notice.items() if any(words.values()) and not words["title"]]
    if untitled:
        raise Invalid(_l("Give the notice a title in this language too."), field=f"title_{untitled[0]}")
    for code in set(call.texts) - {code for code, words in notice.items() if words["title"]}:
        del call.texts[code]
    write_notice(call, {code: words for code, words in notice.items() if words["title"]})
    call.main_locale = main_locale
    record_change(call, actor, "notice")
    return call


def change_money(call: Call, actor: Actor, values: Mapping[str, Any], *, version: int | None) -> Call:
    """Change amounts, numbers and limits."""
    expect_draft(call, actor, version)
    for name in MONEY:
        setattr(call, name, values[name])
    record_change(call, actor, "money")
    return call


def change_plan(
    call: Call,
    actor: Actor,
    *,
    notice_date: date | None,
    decisions_by: date | None,
    stages: Mapping[int, Mapping[str, Any]],
    version: int | None,
) -> Call:
    """Change the notice date, on which age counts, the day answers are promised for, and stages by their id.

    Of a stage: ``actor``, ``opens_at``, ``closes_at`` and ``cut``.
    """
    expect_draft(call, actor, version)
    call.notice_date, call.decisions_by = notice_date, decisions_by
    for stage in call.stages:
        if (values := stages.get(stage.id)) is not None:
            stage.actor, stage.cut = values["actor"], values["cut"]
            set_window(stage, values["opens_at"], values["closes_at"])
    record_change(call, actor, "notice_date", "decisions_by", "stages")
    return call


def add_stage(call: Call, actor: Actor, *, kind: str, by: str, version: int | None) -> Stage:
    """Add a stage at the end."""
    expect_draft(call, actor, version)
    stage = add_stage_row(call, kind, by)
    record_change(call, actor, "stages")
    return stage


def move_stage(stage: Stage, actor: Actor, by: int, *, version: int | None) -> None:
    """Move a stage up (-1) or down (1)."""
    expect_draft(stage.call, actor, version)
    move_stage_row(stage.call, stage, by)
    record_change(stage.call, actor, "stages")


def remove_stage(stage: Stage, actor: Actor, *, version: int | None) -> None:
    """Take a stage out."""
    call = stage.call
    expect_draft(call, actor, version)
    remove_stage_row(call, stage)
    record_change(call, actor, "stages")


def add_rule(call: Call, actor: Actor, *, kind: str, params: Mapping[str, Any], version: int | None) -> EligibilityRule:
    """Add an eligibility rule; of each kind there is one."""
    expect_draft(call, actor, version)
    if kind not in RULE_KINDS:
        raise Invalid(_l("Choose a kind of rule."), field="kind")
    if any(rule.kind == kind for rule in call.rules):
        raise Invalid(_l("The call has a rule of this kind already. Change or remove that one."), field="kind")
    rule = EligibilityRule(position=len(call.rules) + 1, kind=kind, params=dict(params))
    call.rules.append(rule)
    record_change(call, actor, "rules")
    return rule


def change_rule(
    call: Call, rule: EligibilityRule, actor: Actor, *, params: Mapping[str, Any], version: int | None
) -> None:
    """Change what a rule asks for."""
    expect_draft(call, actor, version)
    rule.params = dict(params)
    record_change(call, actor, "rules")


def remove_rule(call: Call, rule: EligibilityRule, actor: Actor, *, version: int | None) -> None:
    """Take a rule out."""
    expect_draft(call, actor, version)
    call.rules.remove(rule)
    for position, kept in enumerate(call.rules, 1):
        kept.position = position
    record_change(call, actor, "rules")
