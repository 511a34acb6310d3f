"""The catalogue's version moves with every committed change, in whatever order transactions end."""

from __future__ import annotations

import threading

import sqlalchemy as sa
from flask import Flask

from marketplace.collaborations.models import Collaboration
from marketplace.kernel import public_version
from marketplace.kernel.db import commit, db
from marketplace.people.models import organisation_zones
from marketplace.places.models import Zone
from tests.collaborations.cast import make_collaboration
from tests.people.cast import make_organisation
from tests.world import World


def test_version_changes_with_a_public_row(world: World) -> None:
    db.session.flush()
    before = public_version.version()[1]
    make_organisation("startup")
    assert public_version.version()[1] != before


def test_version_stays_while_nothing_changes(world: World) -> None:
    assert public_version.version()[1] == public_version.version()[1]


def test_version_sees_a_change_that_began_earlier_and_ends_later(committed_app: Flask) -> None:
    began, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with committed_app.app_context():
            make_organisation("startup", "Slow")
            began.set()
            go_on.wait(10)
            commit()

    thread = threading.Thread(target=slow)
    with committed_app.app_context():
        thread.start()
        began.wait(10)
        make_organisation("startup", "Quick")
        commit()
        between = public_version.version()[1]
        db.session.rollback()
        go_on.set()
        thread.join()
        assert public_version.version()[1] != between


def test_sweep_forgets_old_changes_alone(world: World) -> None:
    make_organisation("startup")
    db.session.execute(sa.text("UPDATE catalogue_changes SET at = at - interval '2 hours'"))
    make_organisation("startup")
    public_version.sweep()
    kept = db.session.scalar(sa.select(sa.func.count()).select_from(public_version.CatalogueChange)) or 0
    assert 0 < kept < 5


def test_version_moves_when_a_collaboration_begins_and_with_zones_alone(world: World) -> None:
    moved = []

    def after(change: sa.Executable) -> None:
        db.session.flush()
        before = public_version.version()[1]
        db.session.execute(change)
        moved.append(public_version.version()[1] != before)

    made = make_collaboration()
    own = sa.update(Collaboration).where(Collaboration.id == made.id)
    zone = db.session.scalars(sa.select(Zone.code)).first()
    after(own.values(version=Collaboration.version + 1))
    after(own.values(state="active"))
    after(own.values(state="at_risk"))
    after(sa.insert(organisation_zones).values(organisation_id=world.startup.id, zone_code=zone))
    assert moved == [False, True, False, True]
