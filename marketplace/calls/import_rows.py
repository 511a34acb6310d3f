"""Calls from files: notices of other programmes as records, and drafts of a programme here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.calls import import_fields
from marketplace.calls.call_rows import DraftCalls, restore_draft
from marketplace.calls.models import Call
from marketplace.calls.notice_rows import Notices
from marketplace.calls.queries import state_at, visible_to
from marketplace.calls.states import UNCLOSED
from marketplace.imports import kinds, problems
from marketplace.imports.kinds import Kind, Target
from marketplace.imports.models import Import
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Programme
from marketplace.network.queries import programmes_managed_by, programmes_visible_to

problems.register({
    "no_words": _l("The row has neither a title nor a description."),
    "no_currency": _l("There is an amount without a currency."),
    "day_order": _l("It would close before it opens."),
    "linked": _l("Where companies recommend, say what the recommendation is linked to; elsewhere leave it empty."),
})  # fmt: skip


def calls_to_fill(actor: Actor) -> Iterable[Call]:
    """Calls of the centre that still take challenges."""
    query = visible_to(actor).where(
        Call.programme_id.in_(programmes_managed_by(actor.centre_id or 0)),
        state_at(clock.now()).in_(UNCLOSED),
        Call.is_reference.is_(False),
    )
    return db.session.scalars(query.order_by(Call.id.desc()).limit(200)).unique()


def programmes_to_fill(actor: Actor) -> Iterable[Programme]:
    """Programmes in which this person may begin calls."""
    if not actor.is_manager:
        return []
    query = programmes_visible_to(actor).where(Programme.managing_centre_id == actor.centre_id)
    return db.session.scalars(query.order_by(Programme.id.desc()).limit(200)).unique()


CALL = Target(
    name="call",
    model=Call,
    permission="import.fill_call",
    title=lambda call, locale: call.title(locale) or _("Untitled call"),
    choices=calls_to_fill,
    label=_l("Call"),
    help=_l("For challenges into a call: one that your centre manages."),
    missing=_l("Choose a call that your centre manages and that has not closed."),
    takes=lambda call: not call.is_reference and call.state_at(clock.now()) in UNCLOSED,
    closed=_l("This call no longer takes challenges. Choose one that has not closed."),
    closed_since=_l("The call has closed meanwhile, so nothing more can be imported into it."),
)
PROGRAMME = Target(
    name="programme",
    model=Programme,
    permission="call.create",
    title=Programme.name,
    choices=programmes_to_fill,
    label=_l("Programme"),
    help=_l("For draft calls: one that your centre manages. Only managers begin calls."),
    missing=_l("Choose a programme whose calls you may begin."),
)


def _programme(job: Import) -> tuple[str, Any]:
    return url_for("network.programme", id=job.target_id), _("See the programme")


kinds.register(
    Kind(
        "reference_calls",
        Call,
        import_fields.REFERENCE,
        Notices,
        _l("Calls of other programmes as reference records"),
        30,
        _l("Calls of other programmes, as reference records"),
        _l(
            "Everybody can read these notices at once, marked with their source and licence and linked to the "
            "original. Nobody applies to them here, nobody is told, and search engines leave them out."
        ),
        taken=_l("They can be read at once, marked with their source. Nobody was told."),
        removed=lambda number: ngettext("It removes one call.", "It removes %(num)s calls.", number),
        find=lambda _job: (url_for("calls.index", status="reference"), _("See the calls on record")),
        check=import_fields.expect_words,
    ),
    Kind(
        "draft_calls",
        Call,
        import_fields.DRAFT,
        DraftCalls,
        _l("Draft calls of the programme “%(title)s”"),
        40,
        _l("Calls, as drafts of a programme"),
        _l(
            "They become draft calls with the stages and rules of their track. Only the programme’s centres see them "
            "until a manager completes and publishes each."
        ),
        PROGRAMME,
        taken=_l("They wait as drafts until a manager completes and publishes them."),
        removed=lambda number: ngettext("It removes one draft call.", "It removes %(num)s draft calls.", number),
        find=_programme,
        restore=restore_draft,
    ),
)
