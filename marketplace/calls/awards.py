"""Places won in a call, never more than it has: counted under a lock on the call's row.

Packages above call ``take_award`` from the step that selects an application, after its own permission was checked.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from marketplace.calls.models import Award, Call, Sanction, SetAside
from marketplace.calls.queries import count_places
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.typed_text import says_something
from marketplace.network.models import Centre, Network, Programme
from marketplace.people.models import Affiliation, Organisation

# The centre that put an award on record by hand; one won in a call here has none.
RECORDED_BY = (
    select(Event.acting_id)
    .where(Event.subject_type == "award", Event.step == "award.record", Event.subject_id == Award.id)
    .limit(1)
    .scalar_subquery()
)


def take_award(
    call: Call,
    organisation: Organisation,
    application_id: int,
    challenge_id: int | None,
    seats_of_challenge: int | None,
    actor: Actor,
) -> Award:
    """Take a place for an application, or return the one it holds. Raises Blocked where none is left.

    ``seats_of_challenge`` is how many startups the challenge seeks (None: no number of its own).
    """
    db.session.flush()
    db.session.execute(select(Call.id).where(Call.id == call.id).with_for_update())
    if (held := award_of(application_id)) is not None:
        return held
    taken = count_places(call.id, challenge_id, organisation.id)
    if taken.call >= (call.award_count or 0):
        raise Blocked(_l("All %(number)s places of this call are taken.", number=call.award_count or 0))
    if challenge_id is not None and seats_of_challenge is not None and taken.challenge >= seats_of_challenge:
        raise Blocked(_l("All %(number)s places of this challenge are taken.", number=seats_of_challenge))
    if taken.organisation >= call.awards_per_startup:
        raise Blocked(_l("This startup holds as many places of the call as one may: %(n)s.", n=call.awards_per_startup))
    award = Award(
        organisation_id=organisation.id,
        programme_id=call.programme_id,
        call_id=call.id,
        challenge_id=challenge_id,
        application_id=application_id,
        amount=call.award_amount,
        currency=call.currency,
        awarded_on=clock.today(call.time_zone),
    )
    db.session.add(award)
    events.record("award.take", award, actor, data={"call": call.id, "application": application_id})
    return award


def give_back_award(award: Award, actor: Actor) -> None:
    """Free the place again, once; the row stays as a record."""
    db.session.execute(select(Call.id).where(Call.id == award.call_id).with_for_update())
    db.session.refresh(award, ["given_back_at"])
    if award.given_back_at is None:
        award.given_back_at = clock.now()
        events.record("award.give_back", award, actor, data={"call": award.call_id})


def award_of(application_id: int) -> Award | None:
    """The place an application holds."""
    return db.session.scalars(
        select(Award).where(Award.application_id == application_id, Award.given_back_at.is_(None))
    ).one_or_none()


def end_award(award: Award, on: date, actor: Actor) -> None:
    """Say when the grant ends: from the day after it runs no more."""
    award.ends_on = on
    events.record("award.end", award, actor)


def record_award(
    organisation: Organisation,
    actor: Actor,
    *,
    programme: Programme | None,
    title: str,
    awarded_on: date,
    ends_on: date | None,
    today: date,
    amount: Decimal | None = None,
    currency: str | None = None,
) -> Award:
    """Put an earlier grant on record: of a programme, by its managing centre; of elsewhere, by any centre manager."""
    policy.require(actor, "award.record", programme)
    policy.require(actor, "organisation.put_on_record", organisation)
    if awarded_on > today:
        raise Invalid(_l("This day is still to come: an award is put on record once it is given."), field="awarded_on")
    if ends_on is not None and ends_on < awarded_on:
        raise Invalid(_l("It cannot end before it was awarded."), field="ends_on")
    award = Award(
        organisation_id=organisation.id,
        programme_id=programme.id if programme else None,
        network_id=db.session.scalar(select(Centre.network_id).where(Centre.id == (actor.centre_id or 0))),
        title=title,
        awarded_on=awarded_on,
        ends_on=ends_on,
        amount=amount,
        currency=currency if amount is not None else None,
    )
    db.session.add(award)
    events.record("award.record", award, actor, data={"organisation": organisation.id})
    events.record("organisation.gain_award", organisation, actor)
    return award


def take_award_off(award: Award, actor: Actor, *, reason: str) -> None:
    """Take an award that was recorded by mistake off the record; that it was there, and the reason, stay on file."""
    policy.require(actor, "award.take_off", db.session.scalar(select(RECORDED_BY).where(Award.id == award.id)))
    if not says_something(reason):
        raise Invalid(_l("Give a reason: it is kept with the record of what was done."), field="reason")
    events.record("award.take_off", award, actor, reason=reason, data={"organisation": award.organisation_id})
    organisation = db.session.get_one(Organisation, award.organisation_id)
    events.record("organisation.lose_award", organisation, actor, reason=reason)
    db.session.delete(award)


def impose_sanction(
    organisation: Organisation, network: Network, actor: Actor, *, reason: str, starts_on: date, ends_on: date
) -> Sanction:
    """Exclude an organisation from a network's programmes until a day; it reads the reason."""
    policy.require(actor, "sanction.impose", network)
    policy.require(actor, "organisation.put_on_record", organisation)
    if not says_something(reason):
        raise Invalid(_l("Give a reason: those concerned will read it."), field="reason")
    if ends_on < starts_on:
        raise Invalid(_l("It cannot end before it starts."), field="ends_on")
    sanction = Sanction(
        network_id=network.id, organisation_id=organisation.id, reason=reason, starts_on=starts_on, ends_on=ends_on
    )
    db.session.add(sanction)
    events.record("sanction.impose", sanction, actor, data={"organisation": organisation.id})
    events.record("organisation.exclude", organisation, actor, reason=reason)
    return sanction


def lift_sanction(sanction: Sanction, network: Network, actor: Actor, *, reason: str, today: date) -> None:
    """End an exclusion with yesterday; one that has not begun is ended before its first day."""
    policy.require(actor, "sanction.lift", network)
    if not says_something(reason):
        raise Invalid(_l("Give a reason: those concerned will read it."), field="reason")
    yesterday = date.fromordinal(today.toordinal() - 1)
    sanction.ends_on = min(sanction.ends_on, yesterday)
    events.record("sanction.lift", sanction, actor, reason=reason, data={"organisation": sanction.organisation_id})
    organisation = db.session.get_one(Organisation, sanction.organisation_id)
    events.record("organisation.admit", organisation, actor, reason=reason)


def set_aside_record(organisation: Organisation, row: Award | Affiliation, actor: Actor, *, reason: str) -> SetAside:
    """Count what others put on record about an organisation no more in the calls that the actor's centre manages."""
    policy.require(actor, "organisation.set_aside", organisation)
    if not says_something(reason):
        raise Invalid(_l("Give a reason: those concerned will read it."), field="reason")
    named = {"award_id" if isinstance(row, Award) else "affiliation_id": row.id}
    held = select(SetAside).filter_by(centre_id=actor.centre_id, **named)
    if (found := db.session.scalars(held).one_or_none()) is not None:
        return found
    made = SetAside(centre_id=actor.centre_id, reason=reason, **named)
    db.session.add(made)
    db.session.flush()
    events.record("organisation.set_aside", organisation, actor, reason=reason, data=named)
    return made
