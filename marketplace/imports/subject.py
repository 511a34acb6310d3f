"""What an import is to the rest of the product."""

from __future__ import annotations

from marketplace.imports import queries
from marketplace.imports.models import Import
from marketplace.imports.result_words import end_in_words, result_in_words
from marketplace.imports.states import STARTER
from marketplace.kernel.audiences import hears
from marketplace.kernel.events import Event
from marketplace.kernel.locales import Sentence
from marketplace.kernel.subjects import Sides, Subject

IMPORT = Subject(
    name="import",
    model=Import,
    path="/imports/{id}",
    title=lambda job, _: job.file_name,
    visible_to=queries.visible_to,
    readers_of=queries.readers_of,
    sides=lambda job: Sides.of(centres=(job.centre_id,)),
    columns={"title": Import.file_name},
    more=lambda event, job, _: Sentence(lambda: end_in_words(event, job)),
    figures=lambda event: result_in_words(event.data.get("rows")),
    of_network=lambda actor: queries.visible_to(actor).with_only_columns(Import.id),
)


@hears(STARTER, "import")
def _starter(_: Event, job: Import) -> set[int]:
    """Who sent the file."""
    return set() if job.started_by_id is None else {job.started_by_id}
