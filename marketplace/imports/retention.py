"""Files are kept for a stated time, then forgotten."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.imports.actions import forget_cells
from marketplace.imports.models import Import
from marketplace.imports.states import WORKING
from marketplace.kernel import clock
from marketplace.kernel.db import db


def sweep() -> int:
    """Forget the files whose time is over, but those the worker is at; returns how many."""
    due = select(Import).where(
        Import.kept_until < clock.now(), Import.forgotten_at.is_(None), Import.state.not_in(WORKING)
    )
    found = db.session.scalars(due.order_by(Import.id).limit(20).with_for_update(of=Import, skip_locked=True)).all()
    for job in found:
        forget_cells(job)
    return len(found)
