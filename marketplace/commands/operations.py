"""``flask operations``: what the workers gave up, for those who keep the installation."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from marketplace.kernel.db import commit, db
from marketplace.kernel.policy import Actor
from marketplace.kernel.unit_of_work import open_unit
from marketplace.notifications import actions, backlog
from marketplace.notifications.models import Mail

group = AppGroup("operations", help="What the workers gave up.")
KEEPER = Actor(name="Operator", is_operator=True)


@group.command("list")
def show() -> None:
    """Say how much waits, and name what was given up, without personal content."""
    with open_unit():
        for kind, found in zip(("reactions", "messages"), backlog.backlogs(KEEPER), strict=True):
            click.echo(f"{found.number} {kind} waiting, the oldest due for {int(found.age.total_seconds())} s.")
        for row in db.session.scalars(backlog.reactions(KEEPER)):
            click.echo(f"reaction {row.id}: {row.reaction} of {row.event.step} ({row.last_error or 'no error noted'})")
        for mail in db.session.scalars(backlog.mails(KEEPER)):
            click.echo(f"message {mail.id} ({mail.last_error or 'no error noted'})")


@group.command("retry")
def retry() -> None:
    """Let everything that was given up be tried again."""
    with open_unit():
        reactions = db.session.scalars(backlog.reactions(KEEPER)).all()
        mails = db.session.scalars(backlog.mails(KEEPER).where(Mail.body != "")).all()
        for row in reactions:
            actions.retry_reaction(row, KEEPER)
        for mail in mails:
            actions.retry_mail(mail, KEEPER)
        commit()
    click.echo(f"{len(reactions)} reactions and {len(mails)} messages are tried again.")
