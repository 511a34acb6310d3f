"""Writing a challenge: begun once, saved section by section, by several people at once without losing a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from marketplace.calls.models import Call, Stage
from marketplace.calls.states import CURRENT
from marketplace.challenges.models import Challenge, ChallengeInvitation, ChallengeText
from marketplace.challenges.sections import SECTIONS, content_of, differences, mark_of, section
from marketplace.challenges.states import WRITABLE
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, Stale
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre
from marketplace.network.queries import working_centres
from marketplace.people.models import Organisation


def create_challenge(actor: Actor, *, title: str, main_locale: str, call: Call | None = None) -> Challenge:
    """Begin a challenge for the company the actor speaks for; its region's centre is proposed as reader."""
    policy.require(actor, "challenge.create")
    company = db.session.get_one(Organisation, actor.party_id)
    challenge = Challenge(
        organisation=company,
        created_by_id=actor.user_id,
        main_locale=main_locale,
        call=call,
        centre=call.programme.managing_centre if call is not None and call.programme else _centre_of(company),
        texts={main_locale: ChallengeText(locale=main_locale, title=title)},
    )
    db.session.add(challenge)
    events.record("challenge.create", challenge, actor)
    return challenge


def _centre_of(company: Organisation) -> Centre | None:
    """The centre of the company's region."""
    found = working_centres().where(Organisation.region_code == company.region_code)
    if company.is_demo:
        found = found.where(Centre.is_demo)
    return db.session.scalars(found.order_by(Centre.id).limit(1)).first()


def calls_for_companies() -> list[Call]:
    """Calls that take challenges now: their companies' stage is open."""
    now = clock.now()
    taking = select(Stage.call_id).where(Stage.kind == "companies_apply", Stage.opens_at <= now, Stage.closes_at >= now)
    query = select(Call).where(Call.state.in_(CURRENT), Call.is_reference.is_(False), Call.id.in_(taking))
    return list(db.session.scalars(query.order_by(Call.closes_at)).unique())


def write_section(
    challenge: Challenge,
    actor: Actor,
    name: str,
    values: Mapping[str, Any],
    texts: Mapping[str, Mapping[str, str]],
    *,
    seen: int | None = None,
    invited: Iterable[int] | None = None,
    silently: bool = False,
) -> bool:
    """Save one section, and say whether anything changed. ``seen`` is the section's mark when its form was drawn.

    Raises Stale where somebody changed this very section since. ``silently`` writes no event (autosave).
    """
    policy.require(actor, "challenge.edit", challenge)
    if challenge.state not in WRITABLE:
        raise Blocked(_l("It is with the centre now. It can be changed again when the centre asks for changes."))
    if seen is not None and seen != mark_of(challenge, name):
        raise Stale(challenge)
    before = content_of(challenge, name)
    part = section(name)
    for field, value in _checked(challenge, name, values).items():
        if field in part.values:
            setattr(challenge, field, value)
    _write_texts(challenge, part.texts, texts)
    if invited is not None:
        _invite(challenge, set(invited))
    db.session.flush()
    if name == "destination":
        db.session.expire(challenge, ["centre", "call"])
    changed = differences(before, content_of(challenge, name))
    if changed:
        touch(challenge)
        db.session.flush()
        if not silently:
            names = sorted({field for field, *_ in changed})
            events.record("challenge.edit", challenge, actor, data={"fields": names})
    return bool(changed)


def _write_texts(challenge: Challenge, names: tuple[str, ...], texts: Mapping[str, Mapping[str, str]]) -> None:
    for code, written in texts.items():
        row = challenge.texts.get(code)
        if row is None and any(written.get(name) for name in names):
            row = challenge.texts[code] = ChallengeText(locale=code)
        if row is None:
            continue
        for name in names:
            if name in written:
                setattr(row, name, written[name] or "")
        everything = (getattr(row, name) or "" for part in SECTIONS for name in part.texts)
        if code != challenge.main_locale and not any(everything):
            del challenge.texts[code]


def _checked(challenge: Challenge, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a section, refused where they are not true or lead nowhere."""
    kept = dict(values)
    if name == "audience":
        _check_description(challenge.organisation, kept)
    if name == "destination":
        call = db.session.get(Call, kept["call_id"]) if kept.get("call_id") else None
        if call is not None and call.id != challenge.call_id and call not in calls_for_companies():
            raise Invalid(_l("This call does not take challenges now. Choose another one, or none."), field="call_id")
        if call is not None and call.programme is not None:
            kept["centre_id"] = call.programme.managing_centre_id
        if kept.get("centre_id"):
            _check_centre(challenge.organisation, kept["centre_id"])
    return kept


def _check_centre(company: Organisation | None, centre_id: int) -> None:
    """A centre that works here; one that exists takes nothing from the demonstration."""
    centre = db.session.get(Centre, centre_id)
    if centre is None or centre.organisation.is_reference:
        raise Invalid(_l("Choose a centre from the list."), field="centre_id")
    if company is not None and company.is_demo and not centre.is_demo:
        raise Invalid(_l("An invented company can turn to invented centres alone."), field="centre_id")


def _check_description(company: Organisation | None, values: Mapping[str, Any]) -> None:
    """A description states facts of the company, or leaves them out; it never states others."""
    if company is None:
        return
    country = (company.region_code or company.country or "").partition("-")[0] or None
    true: dict[str, set[Any]] = {
        "described_kind": {company.kind},
        "described_region": {company.region_code},
        "described_country": {country, company.country},
        "described_sector": set(company.sectors),
    }
    for field, allowed in true.items():
        if values.get(field) and values[field] not in allowed:
            raise Invalid(_l("Describe the company by facts of its own profile."), field=field)


def _invite(challenge: Challenge, wanted: set[int]) -> None:
    kept = {row.organisation_id: row for row in challenge.invited}
    known = set(
        db.session.scalars(
            select(Organisation.id).where(
                Organisation.id.in_(wanted - set(kept)),
                Organisation.kind == "startup",
                Organisation.state == "verified",
            )
        )
    )
    challenge.invited[:] = [row for id, row in kept.items() if id in wanted]
    challenge.invited.extend(ChallengeInvitation(organisation_id=id) for id in sorted(known))


def invite_startup(challenge: Challenge, startup: Organisation, actor: Actor) -> None:
    """Open a published challenge to one more startup, which is told; those invited before stay so."""
    policy.require(actor, "challenge.invite", challenge)
    if challenge.visibility != "invited" or challenge.state_at(clock.now()) != "open":
        raise Blocked(_l("Startups can be invited while an invited-only challenge is open for applications."))
    if startup.state != "verified":
        raise Blocked(_l("Only a startup whose registration was verified can be invited."))
    if any(row.organisation_id == startup.id for row in challenge.invited):
        return
    challenge.invited.append(ChallengeInvitation(organisation_id=startup.id))
    touch(challenge)
    db.session.flush()
    events.record("challenge.invite", challenge, actor, data={"organisations": [startup.id]})
