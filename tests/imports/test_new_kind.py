"""A package that brings a kind of row changes nothing of the imports: a toy of them shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from marketplace.imports import kinds, problems, reversal
from marketplace.imports.fields import LANGUAGE, SOURCE, Field, require
from marketplace.imports.kinds import Kind
from marketplace.imports.records import Records
from marketplace.kernel.db import db
from marketplace.people.models import Organisation, OrganisationText
from tests.imports.desk import brought, let_work, lines, press, rows_of, send, sent, taken, tried
from tests.world import Rows, SignedIn, World

CODE = Field("id", "Code", "Two letters and a number.", "line", "XT-1", aliases="kürzel, 약호")
NAME = Field("name", "What it is called", "A name.", "line", "Toyland")
ROWS = (
    {"kürzel": "XT-1", "name": "Toyland"}, {"kürzel": "XT-2", "name": "T0yland"}, {"kürzel": "XT-1", "name": "Twin"},
)  # fmt: skip


class Makers(Records):
    """Makers of toys: none whose name has a digit."""

    model = Organisation

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [{"code": "toy_digit", "field": "name"}] if any(c.isdigit() for c in values["name"]) else []

    def facts(self, values: Mapping[str, Any], record: Any) -> dict[str, Any]:
        return {"kind": "startup"}

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {"name": values["name"], "description": ""}


@pytest.fixture
def toy() -> Iterator[Kind]:
    kind = Kind(
        "toy_makers", Organisation, (*require(CODE, NAME), LANGUAGE, SOURCE), Makers, "Makers of toys", 99,
        "Toy makers", "They are toys.", taken="They lie on the carpet.",
    )  # fmt: skip
    kinds.register(kind)
    problems.register({"toy_digit": "No digit stands in the name of a toy."})
    yield kind
    del kinds.KINDS[kind.name], problems.WORDS["toy_digit"]


def makers() -> list[str]:
    found = sa.select(OrganisationText.name).join(Organisation).where(Organisation.source == "a box")
    return list(db.session.scalars(found))


def test_new_kind_is_tried_out_taken_and_taken_back(world: World, toy: Kind) -> None:
    actor = world.actor("broker")
    job = tried(sent(actor, lines(*ROWS), kind=toy.name), actor, language="en", source="a box")
    assert [row.verdict for row in rows_of(job)] == ["added", "refused", "refused"]
    assert [row.reasons[0]["code"] for row in rows_of(job)[1:]] == ["toy_digit", "twice"]
    assert makers() == []
    job = taken(job, actor)
    assert makers() == ["Toyland"]
    again = sent(actor, lines({"kürzel": "XT-1", "name": "Toytown"}), kind=toy.name)
    again = taken(tried(again, actor, language="en", source="a box"), actor)
    assert makers() == ["Toytown"]
    reversal.undo_import(again, actor)
    assert makers() == ["Toyland"]


def test_command_line_takes_it_too(world: World, toy: Kind) -> None:
    assert brought(toy.name, *ROWS, language="en", source="a box")[:2] == [("added", ""), ("refused", "toy_digit")]


def test_its_pages_say_what_it_says(app: Any, rows: Rows, signed_in: SignedIn, toy: Kind) -> None:
    with rows():
        manager = World.kept().memberships["manager"]
    browser = signed_in(manager)
    page = browser.get("/imports/new?lang=en").text
    assert "Toy makers" in page and "Two letters and a number." in page
    assert browser.get(f"/imports/templates/{toy.name}.csv").text.splitlines()[1].startswith('"XT-1","Toyland"')
    at = send(browser, lines(*ROWS), kind=toy.name).location
    let_work(app)
    page = browser.get(f"{at}/columns").text
    assert "Makers of toys" in page and "No digit" not in page
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    chosen = {"column_id": "0", "column_name": "1", "constant_language": "en", "constant_source": "a box"}
    assert press(browser, f"{at}/columns", version=version, **chosen).status_code == 303
    let_work(app)
    assert "No digit stands in the name of a toy." in browser.get(at).text
