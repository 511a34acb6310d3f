"""The product under gunicorn, with the number of queries in a header, and two bare Flask routes beside it.

One says a word, the other shows fifty rows of one joined statement: what a page of rows costs without a product.
"""

from __future__ import annotations

import os
from threading import local

import sqlalchemy as sa
from flask import Flask, Response, g, render_template_string
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from marketplace.app import create_app

counted = local()

ROWS = sa.text(
    "SELECT a.id, a.number, a.state, a.state_since, o.name AS startup, t.title AS challenge, c.time_zone"
    " FROM applications a JOIN calls c ON c.id = a.call_id"
    " JOIN organisation_texts o ON o.organisation_id = a.organisation_id"
    " JOIN challenge_texts t ON t.challenge_id = a.challenge_id"
    " WHERE a.number IS NOT NULL AND a.call_id = (SELECT max(call_id) FROM applications WHERE number IS NOT NULL)"
    " ORDER BY o.name, a.id LIMIT 50"
)
PAGE = """<!doctype html><html lang="en"><title>Rows</title><table>
{% for row in rows %}<tr><th scope="row"><a href="/applications/{{ row.id }}">{{ row.startup }}</a>
<small>{{ row.number }}</small></th><td>{{ row.challenge }}</td><td>{{ row.state }}</td>
<td><time datetime="{{ row.state_since.isoformat() }}">{{ row.state_since }}</time></td></tr>
{% endfor %}</table></html>"""


def _bare() -> Flask:
    bare = Flask("bare")
    engine = sa.create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))

    @bare.get("/")
    def hello() -> str:
        return "hello"

    @bare.get("/rows")
    def rows() -> str:
        with engine.connect() as connection:
            return render_template_string(PAGE, rows=connection.execute(ROWS).all())

    return bare


def _count(*_: object) -> None:
    counted.queries = getattr(counted, "queries", 0) + 1


def _make() -> DispatcherMiddleware:
    app = create_app()
    sa.event.listen(sa.engine.Engine, "before_cursor_execute", _count)

    @app.before_request
    def start() -> None:
        g.queries_before = getattr(counted, "queries", 0)

    # The first function to be asked is the one whose queries are not yet counted: sessions are read before it.
    app.before_request_funcs[None].insert(0, app.before_request_funcs[None].pop())

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["X-Queries"] = str(getattr(counted, "queries", 0) - g.get("queries_before", 0))
        return response

    return DispatcherMiddleware(app, {"/bare": _bare()})


application = _make()
