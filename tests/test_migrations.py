"""The schema: one line of migrations, up and down, that ends where the models are."""

from __future__ import annotations

from io import BytesIO

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from marketplace.imports.actions import upload_import
from marketplace.imports.models import Import
from marketplace.kernel import relay
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people.sectors import SECTORS
from tests.challenges.cast import make_challenge
from tests.collaborations.cast import milestone_of, signed
from tests.people.cast import make_organisation, make_user
from tests.world import World


def test_migrations_end_where_the_models_are(committed_app: Flask) -> None:
    with committed_app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_migrations_go_down_and_up_again(committed_app: Flask) -> None:
    with committed_app.app_context():
        before = set(inspect(db.engine).get_table_names())
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
        upgrade()
        assert set(inspect(db.engine).get_table_names()) == before


def test_sectors_of_the_former_list_are_carried_over(committed_app: Flask) -> None:
    with committed_app.app_context():
        with open_unit():
            one = make_organisation("large", sectors=["bio_health", "mining", "bio", "aerospace"])
            other = make_organisation("startup", sectors=["water", "ai"])
            kept = make_challenge(one, visibility="anonymous", described_sector="aerospace")
            ids = (one.id, other.id, kept.id)
            db.session.commit()
        downgrade(revision="0038_screening_counts")
        upgrade()
        with db.engine.connect() as connection:
            rows = connection.execute(text("SELECT id, sectors FROM organisations")).all()
            described = connection.scalar(
                text("SELECT described_sector FROM challenges WHERE id = :id"), {"id": ids[2]}
            )
    read = {row.id: row.sectors for row in rows}
    assert read[ids[0]] == ["bio", "health", "mining", "space", "security"]
    assert read[ids[1]] == ["water", "ai"]
    assert described == "space"
    assert {code for sectors in read.values() for code in sectors} <= set(SECTORS)


def test_names_and_addresses_stored_before_are_mended(committed_app: Flask) -> None:
    broken = {
        "names": ("a\u2028\u202eb\r\n c", "a b c"),
        "kim@한국.example": "kim@xn--3e0b707e.example",
        "김@people.example": "김@people.example",
        "both@한국.example": "both@한국.example",  # somebody has the other form: left to be told apart
    }
    with committed_app.app_context():
        with open_unit():
            users = {email: make_user(email=email).id for email in list(broken)[1:]}
            make_user(email="both@xn--3e0b707e.example")
            milestone = milestone_of(signed(World()).collaboration).id
            db.session.commit()
        downgrade(revision="0042_hidden_rows")
        with db.engine.begin() as connection:
            for table in ("users", "organisation_texts", "challenge_texts"):
                column = "title" if table == "challenge_texts" else "name"
                connection.execute(text(f"UPDATE {table} SET {column} = :name"), {"name": broken["names"][0]})
            connection.execute(text("ALTER TABLE milestones DISABLE TRIGGER USER"))
            connection.execute(text("UPDATE milestones SET title = :name"), {"name": broken["names"][0]})
            connection.execute(text("ALTER TABLE milestones ENABLE TRIGGER USER"))
        upgrade()
        with db.engine.connect() as connection:
            emails = dict(connection.execute(text("SELECT id, email FROM users")).all())
            names = set(connection.scalars(text("SELECT name FROM users UNION SELECT name FROM organisation_texts")))
            title = connection.scalar(text("SELECT title FROM milestones WHERE id = :i"), {"i": milestone})
    assert {email: emails[id] for email, id in users.items()} == {old: broken[old] for old in users}
    assert (names, title) == ({"a b c"}, "a b c")


def test_import_under_way_goes_on_after_an_upgrade(committed_app: Flask) -> None:
    with committed_app.app_context():
        with open_unit():
            actor = World().actor("manager")
            job = upload_import(actor, file=BytesIO(b"title\nLeaks"), file_name="a.csv", kind="reference_challenges")
            id = job.id
            db.session.commit()
        downgrade(revision="0053_bound_functions")
        with db.engine.connect() as connection:
            before = connection.scalars(text("SELECT reaction FROM outbox")).all()
        upgrade()
        with open_unit():
            relay.run_due()
            found = db.session.get_one(Import, id)
            told = (found.kind, found.state, found.row_count)
            waiting = db.session.scalar(text("SELECT count(*) FROM outbox WHERE done_at IS NULL"))
            db.session.rollback()
    assert before == ["imports.working.read_file"]
    assert (told, waiting) == (("reference_challenges", "mapping", 1), 0)
