"""Challenges from elsewhere adopted into a call: found by their words, and applied to.

Real ones are taken where their file lies beside this tree, else a few invented ones of the same form.
"""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
import sqlalchemy as sa

from marketplace.applications.models import Application
from marketplace.challenges.models import Challenge
from tests.journeys import deeds
from tests.journeys.cast import WORDS, deadline_passes, gather
from tests.journeys.conftest import Arrives
from tests.journeys.product import Product
from tests.real import data

pytestmark = pytest.mark.browser

STEP, MANY = 60, 60


def sample() -> list[str]:
    """Rows from all over the file, or the few there are."""
    path = data("challenges.jsonl")
    with path.open(encoding="utf-8") as file:
        lines = list(islice(file, STEP * MANY))
    return lines[::STEP] if len(lines) > STEP else lines


def test_startup_applies_to_an_adopted_challenge(product: Product, arrives: Arrives, tmp_path: Path) -> None:
    words, cast = WORDS["en"], gather(product, "en", "real")
    lines = sample()
    path = tmp_path / "challenges.jsonl"
    path.write_text("".join(lines), "utf-8")
    printed = product.flask("import", "challenges", str(path), "--adopt", str(cast.call_id))
    assert f"added {len(lines)}, changed 0, unchanged 0, refused 0" in printed

    wanted = max((json.loads(line) for line in lines), key=lambda row: len(row.get("title") or ""))
    adopted = sa.select(Challenge.id).where(Challenge.call_id == cast.call_id, Challenge.source_id == wanted["id"])
    challenge = product.one(adopted)
    startup = arrives("en", cast.startup)
    startup.visit(f"/challenges?call={cast.call_id}").look(again=True)
    deeds.find(startup, challenge, wanted["title"])
    application = deeds.apply(startup, challenge, cast.call_id, words)
    number = product.one(sa.select(Application.number).where(Application.id == application))
    product.mail(cast.startup, number)

    deadline_passes(product, cast.call_id)
    staff = arrives("en", cast.staff)
    deeds.screen(staff, cast.call_id, application, words)
    deeds.decide(staff, cast.call_id, application, words)
    assert product.one(sa.select(Application.state).where(Application.id == application)) == "selected"
