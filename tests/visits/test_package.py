"""A package that brings its own knowledge is known everywhere, without a line changed but its registration."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import pytest

from config import ROOT
from tests import services

TITLE = "A look at the leak bench"


@pytest.fixture(scope="module")
def seen(where: services.Addresses) -> Any:
    """What people read in a product with one more package."""
    url = services.clone(where)
    command = (sys.executable, "-m", "tests.visits.product", json.dumps(asdict(where)), url)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    services.drop(url)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_desk_shows_what_waits_and_whose_turn_it_is(seen: dict[str, str]) -> None:
    assert f"Agree to the visit “{TITLE}”" in seen["desk"]
    assert TITLE in seen["under way"] and "The centre agrees to the visit" in seen["under way"]
    assert TITLE not in seen["done"]


def test_those_concerned_hear_of_each_step(seen: dict[str, str]) -> None:
    assert TITLE in seen["notifications"] and "asked for a visit" in seen["notifications"]
    assert TITLE in seen["heard"] and "agreed to the visit" in seen["heard"]


def test_staff_find_it_by_its_words_and_open_its_page(seen: dict[str, str]) -> None:
    assert TITLE in seen["search"] and 'href="/visits/1"' in seen["search"]
    assert TITLE in seen["page"] and seen["elsewhere"].startswith("404")


def test_documents_list_it(seen: dict[str, str]) -> None:
    assert "| `visit.agree` | `asked` | `agreed` | the staff of the centre that is visited |" in seen["workflows.md"]
    assert "| `visit.ask` | asked for a visit | staff |" in seen["workflows.md"]
    assert "| `visit.agree` | the staff of the centre that is visited |" in seen["permissions.md"]
    assert "| centre | Agree to the visit “%(title)s” | `visit.agree` | `visits/waiting.py` |" in seen["desks.md"]
