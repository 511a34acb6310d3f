"""``flask places``: the regions and zones that every installation starts with."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from marketplace.kernel.db import db
from marketplace.places.actions import load_places

group = AppGroup("places", help="Regions and zones.")


@group.command("load")
def load() -> None:
    """Add missing regions and zones and correct their names; may be run again."""
    found = load_places(db.session.connection())
    db.session.commit()
    click.echo(f"{found} regions and zones are in place.")
