"""The rules of the house, kept by reading the code and the running application."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from marketplace.commands import docs
from marketplace.kernel import policy, workflow
from marketplace.web.actor import is_public

SOURCES = sorted((ROOT / "marketplace").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_state_is_assigned_by_fire_alone(path: Path) -> None:
    # Mails have delivery states of their own, which are no workflow.
    if named(path) in ("marketplace/kernel/workflow.py", "marketplace/notifications/delivery.py"):
        return
    targets = [
        target
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]
    assert targets == []


# A failed sign-in is counted although its request is refused; mail is claimed before it is sent.
COMMITTING = ("kernel/", "web/", "jobs", "schedule", "commands/", "notifications/delivery", "people/attempts")
RULES = ("states.py", "models.py", "policy.py", "queries.py", "guards.py", "actions.py")


def mentions(path: Path, *words: str) -> list[str]:
    """Names and attributes of a file that are among ``words``."""
    nodes = list(ast.walk(tree(path)))
    attributes = [node.attr for node in nodes if isinstance(node, ast.Attribute) and node.attr in words]
    return attributes + [node.id for node in nodes if isinstance(node, ast.Name) and node.id in words]


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_only_requests_jobs_and_commands_commit(path: Path) -> None:
    if not named(path).removeprefix("marketplace/").startswith(COMMITTING):
        assert mentions(path, "commit") == []


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name in RULES], ids=named)
def test_rules_do_not_roll_back(path: Path) -> None:
    if "kernel" not in path.parts:
        assert mentions(path, "rollback") == []


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name in ("actions.py", "guards.py", "policy.py")], ids=named)
def test_rules_know_no_wall_clock(path: Path) -> None:
    assert re.findall(r"datetime\.now|date\.today|time\.time\(", path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_template_has_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_posting_form_carries_a_token(path: Path) -> None:
    text = path.read_text("utf-8")
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.S | re.I):
        assert re.search(r"csrf_token|hidden\(|carried\(", form)


def test_every_step_has_one_permission(app: Flask) -> None:
    workflow.check_declarations()
    steps = {step.name for machine in workflow.machines().values() for step in machine.steps}
    assert steps <= set(policy.permissions())


def test_every_route_is_closed_unless_it_says_so(app: Flask) -> None:
    with app.app_context():
        closed = [rule for rule in app.url_map.iter_rules() if not is_public(rule.endpoint)]
    browser = app.test_client()
    for rule in closed:
        address = re.sub(r"<[^>]*>", "1", rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            reply = browser.open(address, method=method)
            if method == "GET":
                assert reply.status_code == 303, (method, address)
                assert reply.headers["Location"].startswith("/sign-in"), address
            else:
                assert reply.status_code in (400, 401), (method, address)


@pytest.mark.parametrize("name", ["workflows.md", "permissions.md"])
def test_generated_page_is_fresh(app: Flask, name: str) -> None:
    with app.app_context():
        fresh = docs.pages()[name]
    assert (ROOT / "docs" / name).read_text("utf-8") == fresh, "run `make docs`"


def test_sheets_stay_small_and_force_nothing() -> None:
    sheets = sorted((ROOT / "static" / "css").rglob("*.css"))
    lines = sum(len(sheet.read_text("utf-8").splitlines()) for sheet in sheets)
    assert lines < 3000
    assert not [named(sheet) for sheet in sheets if "!important" in sheet.read_text("utf-8")]
