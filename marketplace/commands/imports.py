"""``flask import``: rows from files of other systems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from marketplace.challenges import importing as challenges_importing
from marketplace.imports.limits import Unreadable
from marketplace.imports.matching import doubled
from marketplace.imports.problems import in_words
from marketplace.imports.reading import Reader
from marketplace.kernel import clock, rows
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import unit
from marketplace.network import importing as centres_importing
from marketplace.network.models import Call
from marketplace.people import importing as organisations_importing
from marketplace.web import tables

group = click.Group("import", help="Rows from files of other systems (JSON Lines or CSV).")
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
MOST = 10_000_000  # rows
SOURCE = click.option("--source", help="The source of rows that name none.")


@group.command()
@FILE
@SOURCE
@click.option("--adopt", type=int, metavar="CALL", help="Make trial challenges of this open call, not references.")
@with_appcontext
def challenges(file: Path, source: str | None, adopt: int | None) -> None:
    """Import challenges as reference records, or adopt them into a call."""
    call = db.session.get(Call, adopt) if adopt is not None else None
    if adopt is not None and (call is None or call.is_reference):
        raise click.ClickException(f"There is no call {adopt} that challenges can be adopted into.")
    if call is not None and call.state_at(clock.now()) != "open":
        raise click.ClickException(f"Call {adopt} is not open for applications: no challenge can be adopted into it.")
    _run(file, challenges_importing.importer(call, source), "challenges")


@group.command()
@FILE
@SOURCE
@with_appcontext
def organisations(file: Path, source: str | None) -> None:
    """Import organisations as unverified records that their people may claim."""
    _run(file, organisations_importing.importer(source), "organisations")


@group.command()
@FILE
@SOURCE
@with_appcontext
def centres(file: Path, source: str | None) -> None:
    """Put centres and their networks on record; somebody works in one once `people add-role` names a manager."""
    _run(file, centres_importing.importer(source or file.name), "centres")


def _run(file: Path, store: Callable[[dict[str, Any]], str], name: str) -> None:
    with file.open("rb") as counted:
        total = sum(1 for _ in counted)
    with unit(), tqdm(total=total, desc=name, unit="row", mininterval=0.5) as bar:
        tally = rows.take(_read(file), store, bar.update)
    if tally.refusals:
        click.echo(f"Refused rows: {_report(file, tally)}")
    click.echo(str(tally))
    if tally.refusals:
        raise SystemExit(1)


def _read(file: Path) -> Iterator[rows.Row]:
    """The rows of a CSV file as a browser's import reads them, else of JSON Lines."""
    if file.suffix.lower() != ".csv":
        yield from rows.read_json_lines(file)
        return
    with file.open("rb") as opened:
        reader = Reader(opened, "csv", most=MOST)
        try:
            for number, raw in enumerate(reader):
                if number == 0 and (twice := doubled(reader.headers)):
                    raise click.ClickException(f"Two columns are named “{twice[0]}”: nobody can say which is meant.")
                values = {name: cell for name, cell in zip(reader.headers, raw.cells, strict=False) if cell.strip()}
                yield rows.Row(raw.line, values, in_words(raw.problem) if raw.problem else "")
        except Unreadable as unreadable:
            raise click.ClickException(in_words(unreadable.problem)) from unreadable


def _report(file: Path, tally: rows.Tally) -> Path:
    """Write line, id and reason of each refused row to a file in the data folder."""
    folder: Path = current_app.config["SETTINGS"].data_dir / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{file.stem}-refused.csv"
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write(tables.to_csv([["line", "id", "reason"], *tally.refusals]))
    return target
