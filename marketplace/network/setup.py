"""Setting up networks and centres: what the operator of an installation does before anybody can sign in."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from marketplace.kernel import events, policy, typed_text
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Network
from marketplace.people.models import Organisation, OrganisationText
from marketplace.places.models import Region


def _organisation(kind: str, names: Mapping[str, str], region_code: str | None) -> Organisation:
    """A verified organisation: the installation's operator vouches for it."""
    if region_code is not None and db.session.get(Region, region_code) is None:
        raise Invalid(_l("There is no region with this code."), field="region")
    names = {code: typed_text.clean_line(name) for code, name in names.items()}
    if not all(names.values()) or any(map(typed_text.holds_link, names.values())):
        raise Invalid(_l("A name has a letter or a figure, and no web or e-mail address."), field="name")
    texts = {code: OrganisationText(locale=code, name=name) for code, name in names.items()}
    organisation = Organisation(kind=kind, state="verified", region_code=region_code, texts=texts)
    db.session.add(organisation)
    db.session.flush()
    return organisation


def create_network(actor: Actor, *, slug: str, names: Mapping[str, str], region_code: str | None = None) -> Network:
    """Create a network with the organisation that operates it."""
    policy.require(actor, "network.create")
    if db.session.scalar(select(Network.id).where(Network.slug == slug)) is not None:
        raise Invalid(_l("There is a network of this name already."), field="slug")
    network = Network(slug=slug, operator=_organisation("public", names, region_code))
    db.session.add(network)
    events.record("network.create", network, actor)
    return network


def create_centre(
    network: Network,
    actor: Actor,
    *,
    slug: str,
    names: Mapping[str, str],
    region_code: str,
    time_zone: str,
    languages: list[str],
) -> Centre:
    """Create a centre of a network, with its organisation."""
    policy.require(actor, "centre.create", network)
    if db.session.scalar(select(Centre.id).where(Centre.slug == slug)) is not None:
        raise Invalid(_l("There is a centre of this name already."), field="slug")
    organisation = _organisation("centre", names, region_code)
    centre = Centre(
        id=organisation.id,
        organisation=organisation,
        slug=slug,
        network=network,
        time_zone=time_zone,
        languages=languages,
    )
    db.session.add(centre)
    events.record("centre.create", centre, actor)
    return centre
