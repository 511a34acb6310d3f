"""Sending a file, and matching its columns."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField

from marketplace.imports import encodings, kinds
from marketplace.imports.models import Import
from marketplace.kernel.locales import _l
from marketplace.web.forms import Form, options


class UploadForm(Form):
    """A file and what its rows become."""

    kind = RadioField(_l("What the file holds, and what becomes of it"), default=lambda: kinds.offered_kinds()[0].name)
    file = FileField(_l("File"))
    encoding = SelectField(
        _l("Encoding of the text"),
        description=_l("Leave this as it is, unless the preview shows letters that are wrong."),
        default="",
        choices=options([("", _l("Find out")), *((code, encodings.NAMES[code]) for code in encodings.CHOICES)]),
    )


def upload_form(**more: Any) -> Any:
    """A form with a choice for each thing that rows may go into."""
    into = {t.name: SelectField(t.label, default="", description=t.help) for t in kinds.targets().values()}
    return type("UploadForm", (UploadForm,), into)(**more)


class MatchingForm(Form):
    """A column and a value for all rows for each field of a kind of import."""

    families = ("column_", "constant_")


def matching_form(job: Import, **more: Any) -> Any:
    """A form with, for each field, a choice of the file's columns and one value for all rows."""
    none = [("", _l("– not in the file –"))]
    columns = options([*none, *((str(number), header) for number, header in enumerate(job.headers))])
    found: dict[str, Any] = {}
    for name, field in job.becomes.by_name().items():
        found[f"column_{name}"] = SelectField(field.label, default="", choices=columns)
        if field.choices and field.kind != "choices":
            every = options([("", _l("–")), *field.choices.items()])
            found[f"constant_{name}"] = SelectField(field.label, default="", choices=every)
        else:
            found[f"constant_{name}"] = StringField(field.label)
    return type("MatchingForm", (MatchingForm,), found)(**more)


def form_data_of(job: Import, mapping: dict[str, Any]) -> dict[str, str]:
    """A mapping as the data of that form."""
    found = {}
    for name, said in mapping.items():
        column = said.get("column")
        found[f"column_{name}"] = "" if column is None else str(column)
        found[f"constant_{name}"] = str(said.get("constant") or "")
    return found


def mapping_of(form: Any, job: Import) -> dict[str, dict[str, Any]]:
    """The mapping that the form says."""
    found: dict[str, dict[str, Any]] = {}
    for name in job.becomes.by_name():
        column, constant = form[f"column_{name}"].data or "", form[f"constant_{name}"].data or ""
        said = {"column": int(column) if column.isdigit() else None, "constant": constant}
        found[name] = {key: value for key, value in said.items() if value not in (None, "")}
    return {name: said for name, said in found.items() if said}
