"""Rows held until the commit, so that one transaction at a time counts, freezes or gives a place."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.applications.models import Application
from marketplace.calls.models import Call
from marketplace.kernel.db import db
from marketplace.people.models import Organisation


def note_lock(application: Application) -> None:
    """Remember that this transaction holds an application and knows it as it is stored."""
    db.session.info["held"] = (db.session().get_transaction(), application)


def hold_application(application: Application) -> None:
    """Hold an application and read it again, with its versions, parties and offers, as they are stored now."""
    if db.session.info.get("held") == (db.session().get_transaction(), application):
        return
    db.session.flush()
    held = select(Application).where(Application.id == application.id).with_for_update(of=Application)
    for row in (*application.revisions, *application.parties, *application.offers):
        db.session.expire(row)
    # expired last, and not touched until the lock is held: a read in between would bring back the old row
    db.session.expire(application)
    db.session.scalars(held).one()
    note_lock(application)


def hold_startup(organisation: Organisation) -> None:
    """Let one transaction at a time count a startup's applications."""
    db.session.execute(
        select(Organisation.id).where(Organisation.id == organisation.id).with_for_update(key_share=True)
    )


def hold_call(call: Call) -> None:
    """Let one transaction at a time count a call's places."""
    db.session.execute(select(Call.id).where(Call.id == call.id).with_for_update(key_share=True))
