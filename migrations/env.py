"""Runs migrations inside the application, so that models and address are the product's own."""

from __future__ import annotations

from alembic import context
from flask import current_app

from marketplace.kernel.db import db

engine = current_app.extensions["migrate"].db.engine

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=db.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
