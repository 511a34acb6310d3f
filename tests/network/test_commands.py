"""The first operator sets up a network and its centre from the command line."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from marketplace.kernel.db import db
from marketplace.network.models import Centre


def test_network_and_centre_are_created(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    made = run(args=["network", "create-network", "north", "--name", "Réseau du Nord", "--locale", "fr"])
    assert made.exit_code == 0, made.output
    options = ["--network", "north", "--name", "Pôle", "--locale", "fr", "--zone", "America/Toronto", "--speaks", "fr"]
    made = run(args=["network", "create-centre", "saguenay", "--region", "CA-QC-02", *options])
    assert made.exit_code == 0, made.output
    with app.app_context():
        centre = db.session.scalars(select(Centre).where(Centre.slug == "saguenay")).one()
        assert (centre.network.slug, centre.time_zone, centre.languages) == ("north", "America/Toronto", ["fr"])
        assert (centre.organisation.kind, centre.organisation.name("en")) == ("centre", "Pôle")
        assert centre.organisation.is_verified


def test_refusals_name_what_is_wrong(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert "small letters" in run(args=["network", "create-network", "Bad Slug", "--name", "x"]).output
    assert run(args=["network", "create-network", "north", "--name", "x"]).exit_code == 0
    assert "already" in run(args=["network", "create-network", "north", "--name", "x"]).output
    base = ["network", "create-centre", "one", "--name", "x", "--zone", "Asia/Seoul"]
    assert "there is no network south" in run(args=[*base, "--network", "south", "--region", "KR-27"]).output
    assert "no region" in run(args=[*base, "--network", "north", "--region", "ZZ-1"]).output
