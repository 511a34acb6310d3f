"""What staff do with a file, as the tests do it: send it, match its columns, have it tried out, import it."""

from __future__ import annotations

import io
import json
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook

from marketplace.challenges import import_rows
from marketplace.imports import kinds, matching
from marketplace.imports.actions import match_columns, start_import, upload_import
from marketplace.imports.models import Import, ImportRow
from marketplace.kernel import relay
from marketplace.kernel.db import db
from marketplace.kernel.policy import SYSTEM, Actor
from marketplace.kernel.unit_of_work import open_unit
from tests.forms import token_in

LEAK = {
    "id": "c1", "title": "Leaks", "sponsor": "City of Springs", "description": "Find <b>leaks</b>.", "language": "en",
    "opens": "2020-01-01", "closes": "2020-02-01", "source": "Open city", "licence": "CC BY 4.0",
}  # fmt: skip
COMPLETE = {
    "id": "k1", "title": "Quiet pumps", "sponsor": "Springs Pumps", "description": "The pumps are loud.",
    "criteria": "Half as loud.", "language": "en", "trl_from": "4", "trl_to": "7", "resources": "data; site",
    "ip_option": "startup_keeps", "owner_name": "Ada Invented", "decision_date": "2039-06-30",
    "purchase_route": "A contract.",
}  # fmt: skip
FIELDS = {kind.name: kind.by_name() for kind in kinds.offered_kinds()}  # once the packages have said theirs
CALL = {"id": "a1", "title": "Water call", "language": "en", "track": "top_down", "opens": "2039-03-01 09:00"}


def lines(*rows: Any) -> bytes:
    """JSON Lines; texts and bytes as they are."""
    said = (
        row if isinstance(row, bytes) else (row if isinstance(row, str) else json.dumps(row)).encode() for row in rows
    )
    return b"\n".join(said)


def book(*rows: list[Any]) -> bytes:
    """A workbook of one sheet."""
    made = Workbook()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def work() -> int:
    """Let the worker do all that waits."""
    return relay.run_due(1000)


def sent(actor: Actor, data: bytes, name: str = "file.jsonl", **where: Any) -> Import:
    """A file sent and read."""
    if call := where.pop("call", None):
        where |= {"kind": "candidates", "target": call}
    where.setdefault("kind", import_rows.REFERENCES.name)
    job = upload_import(actor, file=io.BytesIO(data), file_name=name, **where)
    db.session.commit()
    work()
    return fresh(job)


def fresh(job: Import) -> Import:
    """The import as it stands now."""
    db.session.expire_all()
    return db.session.get_one(Import, job.id)


def tried(job: Import, actor: Actor, **constants: str) -> Import:
    """Its columns matched by their names, and tried out."""
    mapping: dict[str, Any] = matching.propose_columns(job.headers, job.becomes.by_name())
    mapping |= {name: {"constant": value} for name, value in constants.items()}
    match_columns(job, actor, mapping)
    db.session.commit()
    work()
    return fresh(job)


def taken(job: Import, actor: Actor) -> Import:
    """Its rows imported."""
    start_import(job, actor)
    db.session.commit()
    work()
    return fresh(job)


def imported(actor: Actor, data: bytes, name: str = "file.jsonl", **where: Any) -> Import:
    """A file imported, from its sending to its end."""
    with open_unit():
        return taken(tried(sent(actor, data, name, **where), actor), actor)


def rows_of(job: Import) -> list[ImportRow]:
    """Its rows in order."""
    return list(
        db.session.scalars(db.select(ImportRow).where(ImportRow.import_id == job.id).order_by(ImportRow.number))
    )


_tokens: WeakKeyDictionary[FlaskClient, str] = WeakKeyDictionary()


def token_of(browser: FlaskClient) -> str:
    """The token of a browser's session, from the first form that it asks for."""
    if browser not in _tokens:
        _tokens[browser] = token_in(browser.get("/settings").text)
    return _tokens[browser]


def send(browser: FlaskClient, data: bytes, name: str = "file.jsonl", **fields_: Any) -> Any:
    """Send a file in a browser; the body is written here, since the test client leaves open what is large."""
    form = {"csrf_token": token_of(browser), "kind": "reference_challenges", **fields_}
    mark = "a-mark-between-the-parts-of-a-form"
    head = f'--{mark}\r\nContent-Disposition: form-data; name="'
    parts = "".join(f'{head}{key}"\r\n\r\n{value}\r\n' for key, value in form.items())
    file = f'{head}file"; filename="{name}"\r\nContent-Type: text/plain\r\n\r\n'
    body = b"".join((parts.encode(), file.encode(), data, f"\r\n--{mark}--\r\n".encode()))
    return browser.post("/imports", data=body, content_type=f"multipart/form-data; boundary={mark}")


def press(browser: FlaskClient, path: str, **values: Any) -> Any:
    """Press a button."""
    return browser.post(path, data={"csrf_token": token_of(browser)} | values)


def let_work(app: Flask) -> None:
    """Let the worker do all that waits, beside a browser."""
    with app.app_context():
        work()


def brought(kind: str, *rows: Any, **constants: str) -> list[tuple[str | None, str]]:
    """What the command line makes of rows: the outcome of each, and the code of what is wrong with it."""
    with open_unit():
        job = taken(tried(sent(SYSTEM, lines(*rows), kind=kind), SYSTEM, **constants), SYSTEM)
    return [(row.outcome, row.reasons[0]["code"] if row.reasons else "") for row in rows_of(job)]
