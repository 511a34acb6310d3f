"""The product with this package in it, in a process of its own: what is declared stays for as long as one lives.

``python -m tests.visits.product ADDRESSES DATABASE`` does a visit's story and prints what people then read.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from marketplace import app as putting_together
from marketplace.commands import docs
from marketplace.kernel import events
from marketplace.kernel.db import commit, db
from marketplace.kernel.events import Outbox
from marketplace.kernel.unit_of_work import open_unit
from tests import services
from tests.conftest import make_app, sign_in
from tests.world import World


def register() -> None:
    """All that a new package adds outside its own folder: its name."""
    sys.modules["marketplace.visits"] = import_module("tests.visits")
    putting_together.PACKAGES = (*putting_together.PACKAGES, "visits")


def work() -> None:
    """Run what the outbox holds, as a worker does."""
    for row in db.session.scalars(select(Outbox).where(Outbox.done_at.is_(None))):
        events.reaction(row.reaction)(row.event, None)
        row.done_at = row.event.at


def story(app: Flask) -> dict[str, str]:
    """A startup asks, the centre finds the visit everywhere and agrees, the startup hears of it."""
    actions, models = import_module("marketplace.visits.actions"), import_module("marketplace.visits.models")
    with app.app_context(), open_unit():
        db.session.configure(expire_on_commit=False)
        models.Visit.__table__.create(db.engine)
        world = World()
        visit = actions.ask_visit(world.actor("startup_owner"), world.centre.id, "A look at the leak bench")
        work()
        commit()
        id = visit.id
    manager, startup = (sign_in(app, world.memberships[role]) for role in ("manager", "startup_owner"))
    seen = {
        "desk": manager.get("/desk").text,
        "under way": startup.get("/desk").text,
        "notifications": manager.get("/notifications").text,
        "search": manager.get("/search?q=leak+bench").text,
        "page": manager.get(f"/visits/{id}").text,
        "elsewhere": sign_in(app, world.memberships["foreign_manager"]).get(f"/visits/{id}").status,
    }
    with app.app_context(), open_unit():
        actions.agree_visit(db.session.get_one(models.Visit, id), world.actor("manager"))
        work()
        commit()
    seen |= {"heard": startup.get("/notifications").text, "done": manager.get("/desk").text}
    with app.app_context():
        return seen | docs.pages()


if __name__ == "__main__":
    register()
    with tempfile.TemporaryDirectory() as folder:
        product = make_app(sys.argv[2], services.Addresses(**json.loads(sys.argv[1])), Path(folder))
        sys.stdout.write(json.dumps(story(product)))
        with product.app_context():
            db.engine.dispose()
