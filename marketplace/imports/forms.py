"""Sending a file, and matching its columns."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField

from marketplace.imports import encodings, fields
from marketplace.imports.models import Import
from marketplace.kernel.locales import _l
from marketplace.web.forms import Form, options

KINDS = {
    "reference_challenges": _l("Challenges, as reference records"),
    "candidates": _l("Challenges, into a call of ours"),
    "reference_calls": _l("Calls of other programmes, as reference records"),
    "draft_calls": _l("Calls, as drafts of a programme"),
}
KIND_NOTES = {
    "reference_challenges": _l(
        "Everybody can read them at once, marked with their source and licence. Nobody applies to them here, nobody is "
        "told, and search engines leave them out."
    ),
    "candidates": _l(
        "They become candidates of the call. Nobody outside sees them until you look them over and publish them."
    ),
    "reference_calls": _l(
        "Everybody can read these notices at once, marked with their source and licence and linked to the original. "
        "Nobody applies to them here, nobody is told, and search engines leave them out."
    ),
    "draft_calls": _l(
        "They become draft calls with the stages and rules of their track. Only the programme’s centres see them until "
        "a manager completes and publishes each."
    ),
}


class UploadForm(Form):
    """A file and what its rows become."""

    kind = RadioField(_l("What the file holds, and what becomes of it"), default="reference_challenges")
    call = SelectField(
        _l("Call"), default="", description=_l("For challenges into a call: one that your centre manages.")
    )
    programme = SelectField(
        _l("Programme"),
        default="",
        description=_l("For draft calls: one that your centre manages. Only managers begin calls."),
    )
    file = FileField(_l("File"))
    encoding = SelectField(
        _l("Encoding of the text"),
        description=_l("Leave this as it is, unless the preview shows letters that are wrong."),
        default="",
        choices=options([("", _l("Find out")), *((code, encodings.NAMES[code]) for code in encodings.CHOICES)]),
    )


class MatchingForm(Form):
    """A column and a value for all rows for each field of a kind of import."""

    families = ("column_", "constant_")


def matching_form(job: Import, **more: Any) -> Any:
    """A form with, for each field, a choice of the file's columns and one value for all rows."""
    none = [("", _l("– not in the file –"))]
    columns = options([*none, *((str(number), header) for number, header in enumerate(job.headers))])
    found: dict[str, Any] = {}
    for name, field in fields.of(job.kind).items():
        found[f"column_{name}"] = SelectField(field.label, default="", choices=columns)
        if field.choices and field.kind != "choices":
            every = options([("", _l("–")), *field.choices.items()])
            found[f"constant_{name}"] = SelectField(field.label, default="", choices=every)
        else:
            found[f"constant_{name}"] = StringField(field.label)
    return type("MatchingForm", (MatchingForm,), found)(**more)


def drawn(job: Import, mapping: dict[str, Any]) -> dict[str, str]:
    """A mapping as the data of that form."""
    found = {}
    for name, said in mapping.items():
        column = said.get("column")
        found[f"column_{name}"] = "" if column is None else str(column)
        found[f"constant_{name}"] = str(said.get("constant") or "")
    return found


def matched(form: Any, job: Import) -> dict[str, dict[str, Any]]:
    """The mapping that the form says."""
    found: dict[str, dict[str, Any]] = {}
    for name in fields.of(job.kind):
        column, constant = form[f"column_{name}"].data or "", form[f"constant_{name}"].data or ""
        said = {"column": int(column) if column.isdigit() else None, "constant": constant}
        found[name] = {key: value for key, value in said.items() if value not in (None, "")}
    return {name: said for name, said in found.items() if said}
