"""The product under gunicorn, with a bare Flask route beside it and the number of queries in a header."""

from __future__ import annotations

from threading import local

import sqlalchemy as sa
from flask import Flask, Response, g
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from marketplace.app import create_app

counted = local()


def _bare() -> Flask:
    bare = Flask("bare")

    @bare.get("/")
    def hello() -> str:
        return "hello"

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
