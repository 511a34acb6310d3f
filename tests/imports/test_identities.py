"""A record, a source and a sponsor are the same however they are spelt."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import db
from marketplace.kernel.unaccent import identity
from marketplace.people.models import Organisation
from tests.calls.cast import make_call
from tests.imports.desk import COMPLETE, LEAK, imported, lines, rows_of
from tests.world import World

SPELT = ["L'Oréal Lab", "L’Oréal Lab", "L'ORÉAL  LAB", "L'Ore\u0301al\u00a0Lab", "Ｌ'Oréal Lab", "L'Oréal\u200b Lab"]
HANGUL = ["㈜하늘상수도", "(주)하늘상수도", "하늘상수도 주식회사", "주식회사 하늘상수도", "하늘상수도(주)"]
APART = ["Z1", "Z2", "Z-1", "주식회사", "", "A B", "AB"]


@pytest.mark.parametrize("names", [SPELT, HANGUL, ["\ufeffZ1", "z1", " Ｚ1 ", "Z\u200b1"]])
def test_spellings_are_one_name(names: list[str]) -> None:
    assert len({identity(name) for name in names}) == 1


def test_names_that_differ_stay_apart() -> None:
    assert len({identity(name) for name in APART}) == len(APART)


def test_sql_knows_the_same_names(world: World) -> None:
    given = [*SPELT, *HANGUL, *APART, "a\u2028b", "(주) 주식회사 x", "\n"]
    told = sa.text(
        "SELECT tangent_identity(name) FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS g(name, n) ORDER BY n"
    )
    assert list(db.session.scalars(told, {"names": given})) == [identity(name) for name in given]


def test_record_of_the_same_identifier_comes_once(world: World) -> None:
    actor = world.actor("manager")
    rows = [{**LEAK, "id": id, "title": id} for id in ("Z1", "\ufeffz1", "Ｚ1", "Z2")]
    job = imported(actor, lines(*rows, {**LEAK, "id": "Z2 ", "source": "open  CITY", "title": "again"}))
    assert [row.outcome for row in rows_of(job)] == ["added", "refused", "refused", "added", "refused"]
    again = imported(actor, lines({**LEAK, "id": "z2", "source": "Open\u200b City", "title": "Z2"}))
    assert [row.outcome for row in rows_of(again)] == ["unchanged"]
    assert list(db.session.scalars(sa.select(Call.source).where(Call.is_reference))) == ["Open city"]


@pytest.mark.parametrize("names", [SPELT, HANGUL])
def test_sponsor_and_company_come_once(world: World, names: list[str]) -> None:
    actor, call = world.actor("manager"), make_call(world.programme)
    before = set(db.session.scalars(sa.select(Organisation.id)))
    records = [{**LEAK, "id": str(n), "sponsor": name} for n, name in enumerate(names)]
    candidates: list[Any] = [{**COMPLETE, "id": str(n), "sponsor": name} for n, name in enumerate(names)]
    imported(actor, lines(*records))
    imported(actor, lines(*candidates), call=call)
    made = set(db.session.scalars(sa.select(Organisation.id))) - before
    assert len(made) == 2
    assert db.session.scalar(sa.select(sa.func.count(sa.distinct(Challenge.organisation_id)))) == 2


def test_database_holds_each_record_once(world: World) -> None:
    with pytest.raises(IntegrityError), db.session.begin_nested():
        for id in ("Z1", "z1\u200b"):
            db.session.add(Organisation(kind="startup", source="s", source_id=id, texts={}))
        db.session.flush()
