"""The document describes what the interface does: asked for everything it promises, it keeps to it."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import hypothesis
import pytest
from flask import Flask

from tests.conftest import Rows
from tests.factories import World, make_call, make_challenge

HEALTH = list(hypothesis.HealthCheck)
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")


@pytest.fixture(scope="module")
def schemathesis() -> Any:
    """The library, imported by the worker that needs it alone: it takes a second."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = importlib.import_module("schemathesis")
        importlib.import_module("schemathesis.specs.openapi.checks")
    return found


def document(app: Flask) -> Any:
    return app.test_client().get("/api/v1/openapi.json").json


def test_document_is_valid(app: Flask, schemathesis: Any) -> None:
    schema = schemathesis.openapi.from_dict(document(app))
    schema.validate()
    assert document(app)["openapi"] == "3.1.0"


@pytest.mark.parametrize("path", ["challenges", "challenges/{id}", "calls", "centres", "organisations"])
@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.filterwarnings("ignore")
def test_interface_keeps_to_its_document(app: Flask, rows: Rows, schemathesis: Any, path: str, mode: str) -> None:
    with rows():
        world = World.kept()
        make_challenge(None, make_call(world.programme))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    generation = schemathesis.GenerationMode.POSITIVE if mode == "positive" else schemathesis.GenerationMode.NEGATIVE
    checks = schemathesis.checks.CHECKS.get_by_names(CHECKS)
    strategy = schema[f"/api/v1/{path}"]["GET"].as_strategy(generation_mode=generation)

    @hypothesis.given(case=strategy)
    @hypothesis.settings(
        max_examples=8,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=HEALTH,
    )
    def keeps(case: Any) -> None:
        case.call_and_validate(checks=checks)

    keeps()
