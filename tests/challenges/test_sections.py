"""Everything a challenge holds is written in a section, or known for what else it is."""

from __future__ import annotations

from sqlalchemy import inspect

from marketplace.challenges.forms import FORMS
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.challenges.sections import ENTRIES, SECTIONS

# Columns that stand in no section, and why.
ELSEWHERE = {
    "id version created_at updated_at challenge_id locale": "they make the row what it is",
    "state state_since submitted_at published_at": "steps set them",
    "organisation_id created_by_id": "who began it, which nobody changes",
    "opens_at closes_at source source_id source_url licence is_reference": "of records from elsewhere alone",
    "pairs_confirmed": "counted as pairs are confirmed",
    "search": "worked out by the database",
}


def columns_of(model: type[Challenge | ChallengeText]) -> set[str]:
    return {column.key for column in inspect(model).column_attrs}


def test_every_column_stands_in_a_section_or_says_why_not() -> None:
    elsewhere = {name for names in ELSEWHERE for name in names.split()}
    values = {name for section in SECTIONS for name in section.values}
    texts = {name for section in SECTIONS for name in section.texts}
    assert columns_of(Challenge) - elsewhere == values
    assert columns_of(ChallengeText) - elsewhere == texts
    assert elsewhere <= columns_of(Challenge) | columns_of(ChallengeText)


def test_every_entry_is_written_on_the_form_of_its_section() -> None:
    stated = {"described_kind": "says_kind", "described_region": "place", "described_country": "place"}
    for section in SECTIONS:
        form = FORMS[section.name]
        missing = [name for name in section.values if not hasattr(form, stated.get(name, name))]
        assert missing == []
        written = getattr(form, "text_en", None)
        texts = written.args[0]()._fields if written else {}
        assert set(texts) == set(section.texts)


def test_every_entry_has_one_place() -> None:
    assert len(ENTRIES) == sum(len(section.entries) for section in SECTIONS)
