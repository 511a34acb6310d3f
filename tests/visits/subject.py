"""What a visit is to the rest of the product."""

from __future__ import annotations

from marketplace.visits.models import Visit
from marketplace.visits.queries import readers_of, visible_to

from marketplace.kernel import search
from marketplace.kernel.locales import _l
from marketplace.kernel.subjects import Finding, Sides, Subject

SUBJECT = Subject(
    name="visit",
    model=Visit,
    path="/visits/{id}",
    title=lambda visit, _: visit.title,
    visible_to=visible_to,
    readers_of=readers_of,
    sides=lambda visit: Sides.of(startup=visit.startup_id, centres=(visit.centre_id,)),
    columns={"title": Visit.title, "locale": Visit.locale, "startup_id": Visit.startup_id},
    finding=Finding(_l("Visits"), lambda _, text: search.contains(search.squeezed_key(Visit.title), text)),
)
