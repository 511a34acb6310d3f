"""``flask import``: files of other systems become what the pages would make of them, tried out and taken at once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from marketplace.calls.models import Call
from marketplace.imports import actions, matching, queries
from marketplace.imports.models import Import
from marketplace.imports.problems import in_words
from marketplace.imports.refusals import table_of
from marketplace.imports.states import WORKING
from marketplace.kernel import clock, events, relay
from marketplace.kernel.db import commit, db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import DEFAULT
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.unit_of_work import open_unit
from marketplace.web import tables

group = click.Group("import", help="Rows from files of other systems (JSON Lines, CSV or workbooks).")
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
SOURCE = click.option("--source", help="The source of rows that name none.")
PAUSE_SECONDS = 0.2  # until the next look, where a worker has taken the file up


@group.command()
@FILE
@SOURCE
@click.option("--adopt", type=int, metavar="CALL", help="Make trial challenges of this open call, not references.")
@with_appcontext
def challenges(file: Path, source: str | None, adopt: int | None) -> None:
    """Import challenges as reference records, or adopt them into a call."""
    if adopt is None:
        return _run(file, "challenges_on_record", source)
    call = db.session.get(Call, adopt)
    if call is None or call.is_reference:
        raise click.ClickException(f"There is no call {adopt} that challenges can be adopted into.")
    if call.state_at(clock.now()) != "open":
        raise click.ClickException(f"Call {adopt} is not open for applications: no challenge can be adopted into it.")
    return _run(file, "trial_challenges", source, call)


@group.command()
@FILE
@SOURCE
@with_appcontext
def organisations(file: Path, source: str | None) -> None:
    """Import organisations as unverified records that their people may claim."""
    _run(file, "organisations", source)


@group.command()
@FILE
@SOURCE
@with_appcontext
def centres(file: Path, source: str | None) -> None:
    """Put centres and their networks on record; somebody works in one once `people add-role` names a manager."""
    _run(file, "centres", source or file.name)


def _run(file: Path, kind: str, source: str | None, target: Any = None) -> None:
    """Send the file, match its columns by their names, try it out and take it, beside whatever workers there are."""
    try:
        with open_unit(), file.open("rb") as opened:
            job = actions.upload_import(SYSTEM, file=opened, file_name=file.name, kind=kind, target=target)
            commit()
        job = _worked(job.id, "read")
        if job.problem:
            raise click.ClickException(in_words(job.problem))
        with open_unit():
            actions.match_columns(job, SYSTEM, _mapping(job, source))
            commit()
        job = _worked(job.id, "try out")
        with open_unit():
            actions.start_import(job, SYSTEM)
            commit()
        job = _worked(job.id, "import")
    except Invalid as refusal:
        raise click.ClickException(str(refusal.message)) from refusal
    _tell(job, file)


def _worked(id: int, name: str) -> Import:
    """The import once this part of the work is done, by this process or by a worker."""
    job = db.session.get_one(Import, id)
    state = job.state
    with tqdm(total=job.row_count or None, desc=name, unit="row", mininterval=0.5) as bar:
        while job.state == state in WORKING:
            if not relay.run_due(1, events.LONG):
                time.sleep(PAUSE_SECONDS)
            db.session.expire_all()
            job = db.session.get_one(Import, id)
            if (failed := queries.failed_work(job)) is not None and failed.last_error:
                raise click.ClickException(f"It came to a halt, and a worker tries it again: {failed.last_error}")
            bar.update(queries.count_reached(job) - bar.n if job.state == state else 0)
    return job


def _mapping(job: Import, source: str | None) -> dict[str, dict[str, Any]]:
    """A column for each field by its name, with what stands in for empty cells."""
    if twice := matching.doubled_headers(job.headers):
        raise click.ClickException(f"Two columns are named “{twice[0]}”: nobody can say which is meant.")
    found = matching.propose_columns(job.headers, job.becomes.by_name())
    for name, value in {"language": DEFAULT, "source": source}.items():
        if value and name in job.becomes.by_name():
            found.setdefault(name, {})["constant"] = value
    return found


def _tell(job: Import, file: Path) -> None:
    """Say what became of the rows; the file is at hand, so that nothing of it needs to be kept."""
    counted = queries.result(job)
    if counted["refused"]:
        click.echo(f"Refused rows: {_report(job, file)}")
    with open_unit():
        actions.forget_cells(job)
        commit()
    click.echo(", ".join(f"{name} {counted[name]}" for name in ("added", "changed", "unchanged", "refused")))
    if counted["refused"]:
        raise SystemExit(1)


def _report(job: Import, file: Path) -> Path:
    """Write the refused rows, each with its line and the reasons, to a file in the data folder."""
    folder: Path = current_app.config["SETTINGS"].data_dir / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{file.stem}-refused.csv"
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write(tables.to_csv(table_of(job)))
    return target
