"""``flask demo``: the invented programme that shows what the product does."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from marketplace.kernel.db import commit
from marketplace.kernel.unit_of_work import open_unit

group = click.Group("demo", help="The demonstration.")


@group.command()
@with_appcontext
def load() -> None:
    """Load the demonstration programme, once."""
    if current_app.config["ENVIRONMENT"] == "production":
        raise click.ClickException("The demonstration is not for production: its passwords are public.")
    from marketplace.demo.load import load as load_story  # the story is read where it is told alone

    with open_unit():
        fresh = load_story()
        commit()
    click.echo("The demonstration is loaded." if fresh else "The demonstration was loaded before.")
