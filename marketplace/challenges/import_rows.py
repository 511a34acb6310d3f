"""Challenges from files: reference records, and candidates of a call; by the command line trial challenges too."""

from __future__ import annotations

from dataclasses import replace

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from marketplace.calls.import_fields import expect_words
from marketplace.calls.import_rows import CALL
from marketplace.calls.models import Call
from marketplace.challenges import import_fields
from marketplace.challenges.candidate_rows import Candidates
from marketplace.challenges.models import Challenge
from marketplace.challenges.reference_rows import OnRecord, References, Trials
from marketplace.imports import kinds, problems
from marketplace.imports.kinds import Byproduct, Kind
from marketplace.imports.models import Import, ImportRow
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.people.models import Organisation

problems.register({
    "trl_order": _l("The lowest readiness level lies above the highest."),
    "decision_early": _l("The decision date lies before the call closes."),
})  # fmt: skip


def _removed(number: int) -> str:
    return str(ngettext("It removes one challenge.", "It removes %(num)s challenges.", number))


def _companies_removed(number: int) -> str:
    return str(ngettext(
        "The company that was added with it goes too, unless something else uses it by now.",
        "The %(num)s companies that were added with it go too, but those that something else uses by now.", number,
    ))  # fmt: skip


def _holders(job: Import, locale: str) -> list[tuple[str, str]]:
    """The calls that hold the records of an import."""
    ids = select(ImportRow.subject_id).where(ImportRow.import_id == job.id, ImportRow.subject_id.is_not(None))
    held = select(Challenge.call_id).where(Challenge.id.in_(ids)).distinct()
    calls = db.session.scalars(select(Call).where(Call.id.in_(held)).order_by(Call.id).limit(20)).unique()
    return [(url_for("calls.show", id=call.id), call.title(locale)) for call in calls]


COMPANY = Byproduct(Organisation, Organisation.state == "unverified", _companies_removed)
REFERENCES = Kind(
    "reference_challenges",
    Challenge,
    import_fields.REFERENCE,
    References,
    _l("Challenges as reference records"),
    10,
    _l("Challenges, as reference records"),
    _l(
        "Everybody can read them at once, marked with their source and licence. Nobody applies to them here, nobody is "
        "told, and search engines leave them out."
    ),
    taken=_l("They can be read at once, marked with their source. Nobody was told."),
    removed=_removed,
    holders=_holders,
    check=expect_words,
    beside={"call": Byproduct(Call), "organisation": COMPANY},
)
CANDIDATES = Kind(
    "candidates",
    Challenge,
    import_fields.CANDIDATE,
    Candidates,
    _l("Challenges into the call “%(title)s”"),
    20,
    _l("Challenges, into a call of ours"),
    _l("They become candidates of the call. Nobody outside sees them until you look them over and publish them."),
    CALL,
    taken=_l("They wait among the candidates until you publish them; nobody outside sees them."),
    removed=_removed,
    find=lambda _job: (url_for("challenges.reviews", state="candidate"), _("See the candidates")),
    beside={"organisation": COMPANY},
)
ON_RECORD = replace(REFERENCES, name="challenges_on_record", label=None, fields=import_fields.ON_RECORD, store=OnRecord)
TRIALS = replace(ON_RECORD, name="trial_challenges", store=Trials, target=CALL, destination=CANDIDATES.destination)

kinds.register(REFERENCES, CANDIDATES, ON_RECORD, TRIALS)
