"""The document describes what the interface does: asked for everything it promises, it keeps to it."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import hypothesis
import pytest
from flask import Flask

from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.world import Rows, World

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


def statuses(library: Any, strategy: Any) -> set[int]:
    """What an operation answers, each answer as its document says."""
    checks = library.checks.CHECKS.get_by_names(CHECKS)
    found: set[int] = set()

    @hypothesis.given(case=strategy)
    @hypothesis.settings(max_examples=5, deadline=None, database=None, derandomize=True, suppress_health_check=HEALTH)
    def keeps(case: Any) -> None:
        found.add(case.call_and_validate(checks=checks).status_code)

    keeps()
    return found


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.filterwarnings("ignore")
def test_interface_keeps_to_its_valid_document(app: Flask, rows: Rows, schemathesis: Any, mode: str) -> None:
    with rows():
        challenge = make_challenge(None, make_call(World.kept().programme))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    schema.config.analysis.constants.enabled = False  # words of the source as values: they take long to collect
    schema.validate()
    assert schema.raw_schema["openapi"] == "3.1.0"
    generation = {"generation_mode": getattr(schemathesis.GenerationMode, mode.upper())}
    answered = {}
    for path in schema:
        given = {"path_parameters": {"id": challenge.id}} if "{id}" in path and mode == "positive" else {}
        answered[path] = statuses(schemathesis, schema[path]["GET"].as_strategy(**generation, **given))
    assert {"/api/v1/challenges", "/api/v1/challenges/{id}", "/api/v1/organisations"} <= set(answered)
    if mode == "positive":
        assert [path for path, found in answered.items() if 200 not in found] == []
    else:
        assert [path for path, found in answered.items() if not found & {404, 422}] == []
