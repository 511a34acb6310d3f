"""An import as its page shows it: where it stands, who acts next, what would become or became of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from marketplace.imports import encodings, matching, queries
from marketplace.imports.fields import Field
from marketplace.imports.models import VERDICTS, Import, ImportRow
from marketplace.imports.problems import in_words
from marketplace.imports.refusals import shorten
from marketplace.imports.reversal import Dependent
from marketplace.imports.states import STARTED, TAKEN, UNMATCHED, WAITING
from marketplace.kernel import subjects
from marketplace.kernel.db import db
from marketplace.kernel.events import subject_type
from marketplace.kernel.locales import _l, isolated
from marketplace.kernel.relay import MAX_ATTEMPTS
from marketplace.web.filters import day, hour, number

PREVIEWED = 8

VERDICT_WORDS = {
    "trial": {
        "added": _l("would be added"),
        "changed": _l("would be changed"),
        "unchanged": _l("are here already, unchanged"),
        "refused": _l("would be refused"),
    },
    "result": {
        "added": _l("added"),
        "changed": _l("changed"),
        "unchanged": _l("unchanged"),
        "refused": _l("refused"),
    },
}


@dataclass(frozen=True)
class Progress:
    """How many rows of how many are done; ``total`` is 0 where nobody knows yet."""

    label: str
    done: int
    total: int


def progress_of(job: Import) -> Progress:
    """How far the worker is."""
    reached = queries.count_reached(job)
    labels = {
        "reading": _("Rows read so far: %(done)s", done=number(reached)),
        "checking": _("Rows tried out: %(done)s of %(total)s", done=number(reached), total=number(job.row_count)),
        "running": _("Rows imported: %(done)s of %(total)s", done=number(reached), total=number(job.row_count)),
    }
    return Progress(labels[job.state], reached, job.row_count)


@dataclass(frozen=True)
class Trouble:
    """What the worker failed at: how often, and when it tries again, where it does."""

    attempts: int
    again_at: datetime | None


def trouble_of(job: Import) -> Trouble | None:
    """Why nothing moves, if the worker failed."""
    row = queries.failed_work(job)
    if row is None:
        return None
    return Trouble(row.attempts, row.due_at if row.attempts < MAX_ATTEMPTS else None)


def figures(job: Import, column: Any, words: str) -> list[tuple[str, int, str, Any]]:
    """Verdict, number, family and words, in order."""
    counted = queries.counts([job.id], column)[job.id]
    families = {"added": "done", "changed": "moving", "unchanged": "", "refused": "stopped"}
    return [(name, counted.get(name, 0), families[name], VERDICT_WORDS[words][name]) for name in VERDICTS]


def facts(job: Import, locale: str) -> list[tuple[str, Any, Any]]:
    """What the file is and where it goes."""
    formats = {"csv": "CSV", "xlsx": "XLSX", "jsonl": "JSON Lines"}
    separators = {",": _("commas"), ";": _("semicolons"), "\t": _("tabs"), "|": _("vertical bars")}
    read_as = encodings.NAMES.get(job.encoding or "", "")
    if job.format == "csv" and job.delimiter:
        read_as = _(
            "%(encoding)s, cells separated by %(mark)s",
            encoding=read_as,
            mark=separators.get(job.delimiter, job.delimiter),
        )
    hidden = ""
    if job.hidden_count:
        hidden = ngettext(
            "One row is hidden in the workbook and left out.",
            "%(num)s rows are hidden in the workbook and left out.",
            job.hidden_count,
        )
    until = day(job.kept_until, job.time_zone) if job.kept_until else ""
    kept = _("The file and its cells are kept until %(day)s.", day=until) if until else ""
    return [
        (_("File"), job.file_name, ""),
        (_("Format"), formats[job.format], read_as),
        (_("Size"), size_of(job), ""),
        (_("Rows"), number(job.row_count) if job.row_count else None, hidden),
        (_("Sent by"), job.started_by.name, job.centre.organisation.name(locale)),
        (_("Kept"), _("forgotten") if job.forgotten_at else until, "" if job.forgotten_at else kept),
    ]  # fmt: skip


def size_of(job: Import) -> str:
    """The size of the file in words."""
    if job.size < 1_000_000:
        return str(_("%(size)s kB", size=number(max(1, round(job.size / 1000)))))
    return str(_("%(size)s MB", size=number(round(job.size / 1_000_000, 1))))


def destination(job: Import, locale: str) -> str:
    """Where the rows go, in words."""
    words, target = str(job.becomes.destination), job.becomes.target
    return words if target is None else words % {"title": isolated(target.title(job.target, locale))}


def stages(job: Import, href: str) -> list[dict[str, Any]]:
    """The way of an import, with where it stands."""
    names = [
        (UNMATCHED, _("Send the file")),
        (("mapping",), _("Match the columns")),
        (("checking",), _("Try it out")),
        (("checked",), _("Look the result over")),
        (STARTED, _("Import")),
    ]
    over = job.state in TAKEN
    at = next((n for n, (states, _label) in enumerate(names) if job.state in states), len(names))
    return [
        {"label": label, "done": n < at or (n == at and over), "current": n == at and not over,
         "href": href if href and n == 1 and job.state in WAITING else None}
        for n, (_states, label) in enumerate(names)
    ]  # fmt: skip


@dataclass(frozen=True)
class Preview:
    """The first rows through a mapping: the fields, and for each row its line and its cells as (words, problem)."""

    fields: list[Field]
    rows: list[tuple[int, list[tuple[str, str]]]]
    left_out: list[str]


def preview_of(job: Import, mapping: dict[str, Any]) -> Preview:
    """What the first rows will be."""
    known = job.becomes.by_name()
    shown = [field for name, field in known.items() if name in mapping]
    rows = []
    for row in db.session.scalars(queries.rows_of(job).limit(PREVIEWED)):
        if row.cells is None or any("field" not in reason for reason in row.reasons if not row.verdict):
            rows.append((row.line, [("", in_words(reason)) for reason in row.reasons[:1]]))
            continue
        found = matching.match_row(row.cells, mapping, known)
        wrong = {problem["field"]: in_words(problem) for problem in found.problems}
        rows.append((row.line, [(cell_text(found.values.get(f.name), f), wrong.get(f.name, "")) for f in shown]))
    used = {said.get("column") for said in mapping.values()}
    return Preview(shown, rows, [header for number, header in enumerate(job.headers) if number not in used])


def cell_text(value: Any, field: Field) -> str:
    """A value as readers will see it, shortened."""
    if value is None or value == []:
        return ""
    if field.choices:
        codes = value if isinstance(value, list) else [value]
        return ", ".join(str(field.choices.get(code, code)) for code in codes)
    if field.kind == "moment":
        return f"{day(value.date())}, {hour(value)}"
    if field.kind == "when":
        beside = f", {hour(value.hour)} {value.zone or ''}".rstrip() if value.hour else ""
        return f"{day(value.day)}{beside}"
    if field.kind == "day":
        return day(value)
    if isinstance(value, list):
        return shorten("; ".join(value))
    return shorten(number(value) if field.kind == "amount" else value)


def link_dependents(job: Import, found: list[Dependent], locale: str) -> list[dict[str, Any]]:
    """What depends on an import, with links to the first records it depends on."""
    model = job.becomes.model
    ids = {id for dependent in found for id in dependent.ids}
    rows = db.session.scalars(select(model).where(model.id.in_(ids))).unique()
    links = {row.id: _link(row, locale) for row in rows}
    return [
        {"words": d.words, "number": d.number, "links": [links[id] for id in d.ids if id in links], "may_go": d.may_go}
        for d in found
    ]


def _link(thing: Any, locale: str) -> dict[str, str]:
    declared = subjects.kind_of(subject_type(thing))
    return {"href": declared.address(thing), "title": declared.title(thing, locale) or _("Untitled")}


def count_made(job: Import, name: str) -> int:
    """How many things of this name were made beside the rows."""
    query = select(func.count()).where(ImportRow.import_id == job.id, ImportRow.made.has_key(name))
    return db.session.scalar(query) or 0


def describe_removal(job: Import, counted: dict[str, int]) -> str:
    """What undoing removes and gives back, in a sentence or two."""
    added, changed, kind = counted.get("added", 0), counted.get("changed", 0), job.becomes
    sentences = [kind.removed(added)] if added else []
    if changed:
        sentences.append(ngettext(
            "One record gets back what it said before.", "%(num)s records get back what they said before.", changed
        ))  # fmt: skip
    for name, beside in kind.beside.items():
        if beside.removed is not None and (made := count_made(job, name)):
            sentences.append(beside.removed(made))
    return " ".join(sentences) or str(_("Nothing was added or changed, so nothing is removed."))
