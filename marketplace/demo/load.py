"""Loads the whole story into a database that does not hold it yet."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.demo import applications, calls, challenges, collaborations, history, people, questions
from marketplace.kernel.db import db
from marketplace.network.models import Network


def is_loaded() -> bool:
    """Whether the story is there already."""
    return db.session.scalar(select(Network.id).where(Network.slug == "demo")) is not None


def load() -> bool:
    """Make everything, in the caller's transaction; False where it was there."""
    if is_loaded():
        return False
    scene = people.Scene()
    people.make(scene)
    calls.make(scene)
    challenges.make(scene)
    applications.make(scene)
    collaborations.make(scene)
    questions.make(scene)
    db.session.flush()
    history.store_events()
    return True
