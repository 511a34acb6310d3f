"""``flask db``: Flask-Migrate's commands, loaded when they are asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click


class Late(click.Command):
    """Stands for a group that is imported late: with Alembic it takes a tenth of a second of every start."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        found: click.Group = import_module("flask_migrate.cli").db
        return found.make_context(info_name, args, parent, **extra)


group = Late("db", help="Bring the database to another version of its tables.")
