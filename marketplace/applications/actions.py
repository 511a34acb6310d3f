"""What the applicant's side does until it submits: declare, start, agree, write, confirm a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, select

from marketplace.applications import guards
from marketplace.applications.checks import asked_declarations, check_of, declarations_of
from marketplace.applications.locks import hold_application, hold_startup
from marketplace.applications.models import Application, ApplicationParty, ApplicationRevision
from marketplace.applications.verdicts import judge_all_anew
from marketplace.calls.models import Call, Declaration
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, Stale, expect_version
from marketplace.kernel.events import record
from marketplace.kernel.locales import LOCALES, _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.sentences import all_of, fill
from marketplace.people.models import Organisation

NOT_ELIGIBLE = _l(
    "You cannot apply now, because a rule is not met: %(rules)s. If you think that a fact is wrong, "
    "correct your profile or ask the centre."
)
STEP_OF_ORIGIN = {"recommended": "application.recommend", "joint": "application.invite",
                  "follow_up": "application.invite"}  # fmt: skip


def keep_declarations(
    organisation: Organisation, call: Call, answers: Mapping[tuple[int, str], bool], actor: Actor
) -> None:
    """Keep what a startup declares for a call's rules, with the date and who declared it."""
    policy.require(actor, "application.declare", organisation)
    asked = {(rule.id, code) for rule, code in asked_declarations(call)}
    kept, changed = declarations_of(organisation, call), False
    for key, excluded in answers.items():
        if key not in asked:
            raise Invalid(_l("This declaration is not asked for in the call."))
        row = kept.get(key)
        if row is None:
            fresh = Declaration(organisation_id=organisation.id, rule_id=key[0], code=key[1], excluded=excluded)
            fresh.declared_by_id = actor.user_id or 0
            db.session.add(fresh)
            changed = True
        elif row.excluded != excluded:
            row.excluded, row.declared_by_id, row.declared_at = excluded, actor.user_id or 0, clock.now()
            changed = True
    db.session.flush()
    if changed:
        own = and_(Application.organisation_id == organisation.id, Application.call_id == call.id)
        judge_all_anew(own, actor)


def start_application(
    call: Call,
    challenge: Challenge | None,
    actor: Actor,
    startup: Organisation,
    company: Organisation | None = None,
    *,
    locale: str | None = None,
) -> Application:
    """Begin an application, or return the one these parties have begun.

    A startup that begins must not fail a rule. Where a company begins, the startup agrees later, and checks then.
    ``locale`` is the language it is written in until its writers choose another, else the call's.
    """
    policy.require(actor, "application.create", startup)
    if message := guards.why_closed(call, challenge, clock.arrived()):
        raise Blocked(message)
    _require_parties(call, challenge, startup, company)
    hold_startup(startup)
    begun = _begun(call, challenge, startup, company)
    if begun is not None:
        return begun
    application = Application(
        call=call, challenge=challenge, organisation=startup, origin=call.origin, created_by_id=actor.user_id,
        parties=list(_parties(call.origin, startup, company)),
    )  # fmt: skip
    db.session.add(application)
    db.session.flush()
    if actor.party_id == startup.id:
        _take_up(application, locale)
        record("application.start", application, actor)
    else:
        record(STEP_OF_ORIGIN[call.origin], application, actor)
    return application


def _require_parties(
    call: Call, challenge: Challenge | None, startup: Organisation, company: Organisation | None
) -> None:
    if call.needs_challenge and challenge is None:
        raise Blocked(_l("Choose the challenge you answer first."))
    if challenge is not None and challenge.call_id != call.id:
        raise Blocked(_l("The challenge belongs to another call."))
    if message := guards.answers_itself(call, challenge, startup.id):
        raise Blocked(message)
    if call.origin == "applied":
        return
    if company is None:
        raise Blocked(_l("Name the company you apply with first."))
    if company.id == startup.id:
        raise Blocked(_l("A company and a startup apply together: they cannot be the same organisation."))
    if challenge is not None and challenge.organisation_id != company.id:
        raise Blocked(_l("Only the company that posts the challenge applies for it."))


def _parties(origin: str, startup: Organisation, company: Organisation | None) -> Iterable[ApplicationParty]:
    yield ApplicationParty(organisation=startup, role="lead", must_sign_off=origin == "joint")
    if company is not None and origin != "applied":
        yield ApplicationParty(organisation=company, role="company", must_sign_off=origin != "recommended")


def _begun(
    call: Call, challenge: Challenge | None, startup: Organisation, company: Organisation | None
) -> Application | None:
    rows = select(Application).where(
        Application.call_id == call.id,
        Application.organisation_id == startup.id,
        Application.challenge_id == (challenge.id if challenge else None),
        Application.state != "withdrawn",
    )
    found = db.session.scalars(rows.order_by(Application.id)).unique().all()
    wanted = company.id if company is not None and call.origin != "applied" else None
    return next((a for a in found if (a.company_party.organisation_id if a.company_party else None) == wanted), None)


def _take_up(application: Application, locale: str | None) -> None:
    """Give an application its first revision, once the startup qualifies and has room for it."""
    call = application.call
    taken = guards.count_of(application.organisation_id, call, application.id, drafts=True)
    if message := guards.over_limit(call, taken):
        raise Blocked(message)
    failing = check_of(application).failing
    if failing:
        raise Blocked(fill(NOT_ELIGIBLE, rules=all_of(judgement.text for judgement in failing)))
    draft = ApplicationRevision(number=1, locale=locale or call.main_locale, currency=call.currency)
    earlier = _withdrawn_text(application)
    for name in ApplicationRevision.CONTENT if earlier is not None else ():
        setattr(draft, name, getattr(earlier, name))
    application.revisions.append(draft)
    db.session.flush()


def _withdrawn_text(application: Application) -> ApplicationRevision | None:
    """What the same parties wrote last for the same challenge, and withdrew: a new draft begins with it."""
    rows = select(Application).where(
        Application.call_id == application.call_id,
        Application.organisation_id == application.organisation_id,
        Application.challenge_id.is_not_distinct_from(application.challenge_id),
        Application.state == "withdrawn",
    )
    parties = {party.organisation_id for party in application.parties}
    found = db.session.scalars(rows.order_by(Application.created_at.desc(), Application.id.desc())).unique().all()
    same = (a.unsent or a.current for a in found if {party.organisation_id for party in a.parties} == parties)
    return next((revision for revision in same if revision is not None), None)


def confirm_application(
    application: Application, actor: Actor, *, version: int | None = None, locale: str | None = None
) -> None:
    """The startup that a company named agrees to apply, after its own check."""
    policy.require(actor, "application.confirm", application)
    expect_version(application, version)
    if message := guards.why_closed(application.call, application.challenge, clock.arrived()):
        raise Blocked(message)
    hold_startup(application.organisation)
    if application.state != "draft" or application.is_confirmed:
        raise Blocked(_l("You have already answered. Reload the page to see where it stands."))
    _take_up(application, locale)
    touch(application)
    record("application.confirm", application, actor)


def save_draft(
    application: Application, content: Mapping[str, Any], actor: Actor, *, version: int | None = None
) -> bool:
    """Keep what was written and say whether it changed anything; a change undoes every party's confirmation.

    Saving writes no event: what counts is what is submitted.
    """
    policy.require(actor, "application.edit", application)
    hold_application(application)
    draft = application.draft
    if draft is None:
        if version is not None and application.version != version:
            raise Stale(application)
        raise Blocked(_l("There is no draft to write in: the application has been submitted or withdrawn."))
    fresh = {name: value for name, value in content.items() if name in draft.CONTENT and getattr(draft, name) != value}
    if not fresh:
        return False
    expect_version(application, version)
    if fresh.get("locale", "en") not in LOCALES:
        raise Invalid(_l("Choose one of the languages offered."), field="locale")
    for name, value in fresh.items():
        setattr(draft, name, value)
    draft.currency = application.call.currency
    for party in application.parties:
        party.signed_off_hash, party.signed_off_by_id, party.signed_off_at = None, None, None
    touch(application)
    db.session.flush()
    return True


def sign_off_application(application: Application, actor: Actor, *, content_hash: str) -> None:
    """A party confirms exactly the text it has read: ``content_hash`` is that of the page it pressed on."""
    policy.require(actor, "application.sign_off", application)
    hold_application(application)
    draft = application.draft
    if draft is None:
        raise Blocked(_l("There is no draft to confirm."))
    if draft.content_hash() != content_hash:
        raise Blocked(_l("The text has changed since you read it. Read it again, then confirm it."))
    party = next(p for p in application.parties if p.organisation_id == actor.party_id)
    if party.signed_off_hash == content_hash:
        return
    party.signed_off_hash = content_hash
    party.signed_off_by_id, party.signed_off_at = actor.user_id, clock.now()
    touch(application)
    record("application.sign_off", application, actor, data={"party": party.id})
