"""What waits for those who examine applications: a closed call is one task of its centre, and one of each company."""

from __future__ import annotations

from typing import Any

from flask_babel import ngettext
from sqlalchemy import Select, case, func, or_, select, true

from marketplace.applications.models import Application, Decision, FitOpinion
from marketplace.applications.queries import visible_to
from marketplace.applications.states import IN_HAND, PENDING
from marketplace.calls import queries as call_queries
from marketplace.calls.models import Call
from marketplace.calls.subject import CALL
from marketplace.catalogue.filter_conditions import responsible_centre
from marketplace.challenges.models import Challenge
from marketplace.challenges.subject import CHALLENGE
from marketplace.kernel import clock
from marketplace.kernel.figures import counted_for, counted_of_centres
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import CENTRE, NETWORK, PARTY, Wording, rows, until, waits_for
from marketplace.network import queries as calls
from marketplace.network.models import Programme


def _applications(number: int) -> Any:
    return ngettext("%(num)s application", "%(num)s applications", number)


def _undecided(number: int) -> Any:
    return ngettext("%(num)s application without a decision", "%(num)s applications without a decision", number)


@waits_for(
    CENTRE,
    words={
        "call.screen": Wording(
            _l("Confirm who is eligible in “%(title)s”"), _l("Check them"), "/applications?call={id}&state=submitted",
            _applications,
        ),
        "call.prepare": Wording(
            _l("Shortlist and prepare the decisions of “%(title)s”"), _l("Prepare"), CALL.path + "/decisions",
            _undecided,
        ),
        "call.release": Wording(_l("Release the decisions of “%(title)s”"), _l("Release"), CALL.path + "/release"),
    },
)  # fmt: skip
def _calls_to_decide(actor: Actor) -> Select[Any]:
    """A closed call is one task: to screen, then to prepare, then to release."""
    tally = _tally()
    query = (
        call_queries.visible_to(actor)
        .join(tally, true())
        .where(call_queries.manages(actor), Call.is_reference.is_(False), call_queries.state_at(clock.NOW) == "closed")
    )
    if not actor.is_manager:  # releasing is the managers' own step
        query = query.where(or_(tally.c.screen > 0, tally.c.prepare > 0))
    return rows(
        CALL,
        query,
        case((tally.c.screen > 0, "call.screen"), (tally.c.prepare > 0, "call.prepare"), else_="call.release"),
        number=case((tally.c.screen > 0, tally.c.screen), (tally.c.prepare > 0, tally.c.prepare), else_=tally.c.all),
        **until(Call.decisions_by, Call.time_zone, Call.closes_at),
    )


def _tally() -> Any:
    """How many applications of the row's call are to screen, to prepare, and to release."""
    screened = func.count().filter(Application.state == "submitted")
    undecided = func.count().filter(Application.state != "submitted", Decision.application_id.is_(None))
    return (
        select(screened.label("screen"), undecided.label("prepare"), func.count().label("all"))
        .select_from(Application)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(Application.call_id == Call.id, Application.state.in_(IN_HAND))
        .correlate(Call)
        .lateral("tally")
    )


@waits_for(
    PARTY,
    words={
        "challenge.compare": Wording(
            _l("Compare the applications to “%(title)s”"), _l("Compare"), CHALLENGE.path + "/applications/comparison",
            _applications,
        ),
    },
)  # fmt: skip
def _comparisons(actor: Actor) -> Select[Any]:
    """Challenges whose eligible applications still want this company's view."""
    seen = select(FitOpinion.id).where(
        FitOpinion.application_id == Application.id, FitOpinion.organisation_id == actor.party_id
    )
    query = (
        visible_to(actor)
        .join(Challenge, Challenge.id == Application.challenge_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Challenge.organisation_id == actor.party_id,
            Application.state.in_(PENDING),
            call_queries.state_at(clock.NOW) == "closed",
            ~seen.exists(),
        )
        .group_by(Challenge.id, Call.id)
    )
    return rows(
        CHALLENGE,
        query,
        "challenge.compare",
        number=func.count(),
        **until(Call.decisions_by, Call.time_zone, func.min(Application.state_since)),
    )


@counted_for(CENTRE, NETWORK)
def _received(actor: Actor) -> Select[Any]:
    """The applications that this person may open."""
    found = visible_to(actor).where(Application.number.is_not(None))
    return found.with_only_columns(func.count().label("received"), maintain_column_froms=True)


@counted_for(CENTRE)
def _sealed(actor: Actor) -> Select[int, int]:
    """Under seal: staff see how many, never which."""
    return (
        select(
            func.count().filter(Application.number.is_not(None)).label("sealed"),
            func.count().filter(Application.state == "draft").label("drafts"),
        )
        .join(Call, Call.id == Application.call_id)
        .where(call_queries.manages(actor), Call.closes_at >= clock.NOW)
    )


@counted_for(CENTRE)
def _days_to_an_answer(actor: Actor) -> Select[Any]:
    answer = clock.day_at(Decision.released_at, Call.time_zone)
    closing = clock.day_at(Call.closes_at, Call.time_zone)
    return (
        select(func.avg(answer - closing).label("days"), func.avg(Call.decisions_by - closing).label("promised"))
        .select_from(Decision)
        .join(Call, Call.id == Decision.call_id)
        .where(call_queries.manages(actor), Decision.released_at.is_not(None))
    )


@counted_of_centres("received")
def _received_by_centres(actor: Actor) -> Select[int, int]:
    """What was sent to each centre that lists name for the challenge."""
    centre = responsible_centre()
    return (
        select(centre.label("centre_id"), func.count().label("number"))
        .select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .join(Programme, Programme.id == Call.programme_id)
        .outerjoin(Challenge, Challenge.id == Application.challenge_id)
        .where(
            Programme.id.in_(calls.programmes_watched_by(actor.network_operator_id or 0)),
            Application.number.is_not(None),
        )
        .group_by(centre)
    )
