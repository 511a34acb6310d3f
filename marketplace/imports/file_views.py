"""Files to take along: what a file should look like, and the rows that were refused."""

from __future__ import annotations

from flask import Response

from marketplace.imports.kinds import offered_kinds
from marketplace.imports.refusals import table_of
from marketplace.imports.views import blueprint, find_import
from marketplace.kernel import policy
from marketplace.kernel.errors import Missing
from marketplace.web import tables
from marketplace.web.actor import current_actor
from marketplace.web.language import current_locale


@blueprint.get("/imports/templates/<name>")
def template(name: str) -> Response:
    """A file with the columns of a kind of import and one row to write over: ``candidates.csv``, say."""
    kind, _dot, format = name.partition(".")
    fields = next((one.fields for one in offered_kinds() if one.name == kind), None)
    if fields is None or format not in tables.FORMATS:
        raise Missing
    policy.require(current_actor(), "import.create")
    rows = [[field.name for field in fields], [field.example for field in fields]]
    return tables.download(kind, rows, current_locale(), format)


@blueprint.get("/imports/<int:id>/refusals.csv")
def refusals(id: int) -> Response:
    """The refused rows as they came, each with its line and the reasons, to mend and send again.

    The table is whole before the request commits, which ends what its lines are read from.
    """
    return tables.download(f"refused-{id}", table_of(find_import(id)), current_locale())
