"""The operator's commands, and the refusal of demo accounts in production."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from config import ConfigurationError
from marketplace.app import create_app
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people import passwords, queries
from marketplace.people.models import Membership, Organisation
from marketplace.people.sessions import load_session, open_session
from tests.people.cast import PASSWORD, make_organisation, make_user

PRODUCTION = {"site_url": "https://tangent.example", "smtp_url": "smtp://mail.example"}


def run(app: Flask, *args: str) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["people", *args])
    return answer.exit_code, answer.output


def test_create_user_makes_a_first_operator_with_an_organisation(app: Flask) -> None:
    code, said = run(
        app, "create-user", "First@People.example", "--name", "First", "--organisation", "Garam Network",
        "--kind", "public", "--role", "network_staff", "--password", PASSWORD,
    )  # fmt: skip
    assert (code, said) == (0, "first@people.example may sign in as network_staff of Garam Network.\n")
    with app.app_context():
        user = queries.user_by_email("first@people.example")
        assert user is not None and user.email_verified_at is not None
        assert passwords.fits(user.password_hash, PASSWORD)
        membership = db.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
        assert (membership.role, membership.organisation.name("en")) == ("network_staff", "Garam Network")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("create-user", "a@people.example", "--name", "A", "--password", "short"), "from 10 to 200 characters"),
        (("create-user", "a@people.example", "--name", "A", "--role", "owner"), "together"),
        (("set-password", "nobody@people.example", "--password", PASSWORD), "no account of nobody@people.example"),
        (
            ("create-user", "a@people.example", "--name", "A", "--organisation", "None Such", "--role", "owner",
             "--password", PASSWORD),
            "no organisation “None Such”",
        ),
    ],
)  # fmt: skip
def test_a_command_that_cannot_be_says_why(app: Flask, args: tuple[str, ...], says: str) -> None:
    code, said = run(app, *args)
    assert code == 1 and says in said
    with app.app_context():
        assert queries.user_by_email("a@people.example") is None


def test_a_name_that_two_organisations_bear_is_not_guessed(app: Flask) -> None:
    with app.app_context(), open_unit():
        make_organisation("startup", "Twin")
        make_organisation("sme", "Twin")
        make_user(email="a@people.example")
        db.session.commit()
        ids = list(db.session.scalars(select(Organisation.id).order_by(Organisation.id)))
    code, said = run(app, "add-role", "a@people.example", "--organisation", "Twin", "--role", "owner")
    assert code == 1 and "Several organisations" in said
    code, _ = run(app, "add-role", "a@people.example", "--organisation", str(ids[-1]), "--role", "owner")
    assert code == 0


def test_set_password_ends_the_sessions(app: Flask) -> None:
    with app.app_context(), open_unit():
        token = open_session(make_user(email="a@people.example"), "127.0.0.1", "x")
        db.session.commit()
    assert run(app, "set-password", "a@people.example", "--password", PASSWORD)[0] == 0
    with app.app_context(), open_unit():
        assert load_session(token) is None


def test_production_refuses_a_database_with_demo_accounts(committed_app: Flask) -> None:
    settings = replace(committed_app.config["SETTINGS"], environment="production", embedded=(), **PRODUCTION)
    create_app(settings)
    with committed_app.app_context(), open_unit():
        make_user(email="staff@demo.example", is_demo=True)
        db.session.commit()
    with pytest.raises(ConfigurationError) as refused:
        create_app(settings)
    assert "demo accounts" in refused.value.message


def test_production_starts_while_the_database_does_not_answer(committed_app: Flask) -> None:
    settings = replace(
        committed_app.config["SETTINGS"],
        environment="production",
        embedded=(),
        **PRODUCTION,
        database_url="postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=1",
    )
    assert create_app(settings).config["ENVIRONMENT"] == "production"
