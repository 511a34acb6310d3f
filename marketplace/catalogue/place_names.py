"""Names of regions by code, centres by slug and public calls by id, for lists that mention many."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload, load_only

from marketplace.calls.models import Call, CallText
from marketplace.calls.queries import visible_to
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.network.models import Centre
from marketplace.people.models import Organisation, OrganisationText
from marketplace.places.models import Region


def names_of_regions(codes: list[str], locale: str) -> dict[str, str]:
    """Each region's name by its code."""
    rows = db.session.scalars(select(Region).where(Region.code.in_(codes)))
    return {region.code: region.name(locale) for region in rows}


def names_of_centres(slugs: list[str], locale: str) -> dict[str, str]:
    """Each centre's name by its slug."""
    texts = joinedload(Organisation.texts).load_only(OrganisationText.name)
    query = select(Centre).options(joinedload(Centre.organisation).options(texts, lazyload(Organisation.region)))
    centres = db.session.scalars(query.where(Centre.slug.in_(slugs))).unique()
    return {centre.slug: centre.organisation.name(locale) for centre in centres}


def titles_of_calls(ids: list[str], locale: str) -> dict[str, str]:
    """Titles of those calls that everybody may see, by their number."""
    texts = joinedload(Call.texts).load_only(CallText.title)
    query = visible_to(ANONYMOUS).options(load_only(Call.main_locale), lazyload(Call.programme), texts)
    calls = db.session.scalars(query.where(Call.id.in_([int(id) for id in ids]))).unique()
    return {str(call.id): title for call in calls if (title := call.title(locale))}
