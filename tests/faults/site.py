"""The running product with people who can sign in, for tests over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Flask

from marketplace.app import create_app
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from tests.conftest import settings_for
from tests.faults.harness import Pieces
from tests.faults.mailbox import Mailbox
from tests.faults.visitor import Visitor
from tests.people.cast import let_everybody_sign_in


@dataclass
class Site:
    """`pieces` run, `mailbox` collects what they send."""

    pieces: Pieces
    mailbox: Mailbox

    @cached_property
    def app(self) -> Flask:
        """The product in this process, on the same database and without a queue."""
        return create_app(settings_for(self.pieces.database_url, "", self.pieces.folder))

    @contextmanager
    def rows(self) -> Iterator[None]:
        """``with site.rows(): …`` makes rows that are committed; every person in them can sign in."""
        with self.app.app_context(), open_unit():
            db.session.configure(expire_on_commit=False)
            yield
            let_everybody_sign_in()
            db.session.commit()

    def ask(self, statement: Any) -> list[Any]:
        """The rows of a query, read anew."""
        with self.app.app_context():
            return [tuple(row) for row in db.session.execute(statement)]

    def one(self, statement: Any) -> Any:
        """The single value of a query, read anew."""
        return self.ask(statement)[0][0]

    def do(self, statement: Any) -> None:
        """Run a statement and commit it."""
        with self.app.app_context():
            db.session.execute(statement)
            db.session.commit()

    def visitor(self, who: Any = None) -> Visitor:
        """A browser; with a membership or user, signed in by the form."""
        browser = Visitor(self.pieces.port)
        if who is not None:
            browser.sign_in(getattr(who, "user", who).email)
        return browser

    def wait_until(self, epoch: float) -> None:
        """Sleep until an instant of this machine's clock, which the database shares."""
        if (left := epoch - time.time()) > 0:
            time.sleep(left)

    def close(self) -> None:
        """Let go of the database."""
        if "app" in self.__dict__:
            with self.app.app_context():
                db.engine.dispose()
