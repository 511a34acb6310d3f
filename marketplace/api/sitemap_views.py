"""What search engines may list: a sitemap in parts, and who is asked to stay away from what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from flask import abort, render_template
from sqlalchemy import Select, func, select

from marketplace.api import atom, shapes
from marketplace.api.answers import Body, data_view
from marketplace.api.views import blueprint
from marketplace.calls import queries as calls
from marketplace.calls.models import Call
from marketplace.catalogue import results
from marketplace.catalogue.filters import Filters
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.network import queries as network
from marketplace.network.listing import networks_at_work
from marketplace.network.models import Centre, Network
from marketplace.people import directory
from marketplace.people.models import Organisation

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 10_000  # addresses of one part
PAGES = ("/", "/challenges", "/calls", "/centres", "/organisations", "/about", "/help", "/contact", "/api")


def _rows(kind: str) -> Select[Any]:
    """Key, last word of the address and time of the last change of everything listed of one kind, by its key."""
    query: Select[Any]
    if kind == "challenges":
        query = results.find_published(ANONYMOUS, Filters(status="any"), clock.now())
        columns: tuple[Any, ...] = (Challenge.id, Challenge.id, Challenge.updated_at)
        query = query.where(Challenge.is_reference.is_(False)).options()
    elif kind == "calls":
        query = calls.visible_to(ANONYMOUS).where(Call.is_reference.is_(False))
        columns = (Call.id, Call.id, Call.updated_at)
    elif kind == "centres":
        query = network.centres_visible_to(ANONYMOUS).join(Centre.organisation).where(~Organisation.is_reference)
        columns = (Centre.id, Centre.slug, Centre.updated_at)
    elif kind == "networks":
        query = networks_at_work(ANONYMOUS)
        columns = (Network.id, Network.slug, Network.updated_at)
    else:
        query = directory.entries(ANONYMOUS).where(~Organisation.is_reference, Organisation.kind != "centre").options()
        columns = (Organisation.id, Organisation.id, Organisation.updated_at)
    return query.with_only_columns(*columns, maintain_column_froms=True).order_by(columns[0])


KINDS = ("challenges", "calls", "centres", "networks", "organisations")


@blueprint.get("/sitemap.xml", endpoint="sitemap")
@data_view
def show_sitemap() -> Body:
    """The parts that there are."""
    root = ElementTree.Element(f"{{{NAMESPACE}}}sitemapindex")
    names = ["pages/1"]
    for kind in KINDS:
        total = db.session.scalar(select(func.count()).select_from(_rows(kind).order_by(None).subquery())) or 0
        names += [f"{kind}/{number}" for number in range(1, -(-total // MOST) + 1)]
    for name in names:
        ElementTree.SubElement(_under(root, "sitemap"), f"{{{NAMESPACE}}}loc").text = shapes.address(
            f"/sitemaps/{name}.xml"
        )
    return _drawn(root)


@blueprint.get(
    "/sitemaps/<any(pages, challenges, calls, centres, networks, organisations):kind>/<int:part>.xml", endpoint="part"
)
@data_view
def show_part(kind: str, part: int) -> Body:
    """One part; a part that does not exist is no address."""
    if kind == "pages":
        found: list[tuple[str, datetime | None]] = [(path, None) for path in PAGES] if part == 1 else []
    else:
        # beyond any table, an offset would not fit into the statement
        rows = db.session.execute(_rows(kind).limit(MOST).offset((part - 1) * MOST)) if 0 < part < 10**9 else ()
        found = [(f"/{kind}/{name}", changed) for _, name, changed in rows]
    if not found:
        abort(404)
    return _drawn(_part(found))


def _part(found: Iterable[tuple[str, datetime | None]]) -> ElementTree.Element:
    root = ElementTree.Element(f"{{{NAMESPACE}}}urlset")
    for path, changed in found:
        node = _under(root, "url")
        _under(node, "loc").text = shapes.address(path)
        if changed is not None:
            _under(node, "lastmod").text = atom.rfc3339(changed)
    return root


def _under(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _drawn(root: ElementTree.Element) -> Body:
    ElementTree.register_namespace("sitemap", NAMESPACE)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True, default_namespace=NAMESPACE)
    return Body(text, "application/xml")


@blueprint.get("/robots.txt", endpoint="robots")
@data_view
def show_robots() -> Body:
    """What is for people with an account, and reference records, are no work for robots."""
    return Body(render_template("api/robots.txt", sitemap=shapes.address("/sitemap.xml")).encode(), "text/plain")
