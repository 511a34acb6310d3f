"""``flask network``: the first network and its centres, before anybody can sign in."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from flask.cli import AppGroup
from sqlalchemy import select

from marketplace.kernel.db import commit, db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import LOCALES
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.unit_of_work import open_unit
from marketplace.network import setup
from marketplace.network.models import Network

group = AppGroup("network", help="Set up networks and their centres.")

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _slug(_: click.Context, __: click.Parameter, value: str) -> str:
    if not SLUG.fullmatch(value):
        raise click.BadParameter("small letters, figures and hyphens only, such as north-shore")
    return value


def _zone(_: click.Context, __: click.Parameter, value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise click.BadParameter("a zone of the IANA database, such as Asia/Seoul") from None
    return value


@group.command("create-network")
@click.argument("slug", callback=_slug)
@click.option("--name", required=True, help="Name of the organisation that operates the network.")
@click.option("--locale", type=click.Choice(LOCALES), default="en", show_default=True, help="Language of the name.")
@click.option("--region", help="Code of its region, such as KR-27.")
def create_network(slug: str, name: str, locale: str, region: str | None) -> None:
    """Create a network and the organisation that operates it."""
    with open_unit():
        try:
            network = setup.create_network(SYSTEM, slug=slug, names={locale: name}, region_code=region)
        except Invalid as refused:
            raise click.ClickException(str(refused.message)) from None
        commit()
        click.echo(f"network {slug} created; its operator is organisation {network.operator_id}")


@group.command("create-centre")
@click.argument("slug", callback=_slug)
@click.option("--network", "network_slug", required=True, help="Slug of its network.")
@click.option("--name", required=True, help="Name of the centre.")
@click.option("--locale", type=click.Choice(LOCALES), default="en", show_default=True, help="Language of the name.")
@click.option("--region", required=True, help="Code of its region, such as KR-27.")
@click.option("--zone", required=True, callback=_zone, help="Its time zone, such as Asia/Seoul.")
@click.option("--speaks", multiple=True, type=click.Choice(LOCALES), help="A language it speaks; may be repeated.")
def create_centre(
    slug: str, network_slug: str, name: str, locale: str, region: str, zone: str, speaks: tuple[str, ...]
) -> None:
    """Create a centre of a network."""
    with open_unit():
        network = db.session.scalars(select(Network).where(Network.slug == network_slug)).one_or_none()
        if network is None:
            raise click.ClickException(f"there is no network {network_slug}: create it first")
        try:
            centre = setup.create_centre(
                network, SYSTEM, slug=slug, names={locale: name}, region_code=region, time_zone=zone,
                languages=list(speaks) or [locale],
            )  # fmt: skip
        except Invalid as refused:
            raise click.ClickException(str(refused.message)) from None
        commit()
        click.echo(f"centre {slug} created; it is organisation {centre.id}")
