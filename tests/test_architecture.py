"""The rules of the house, kept by reading the code and the running application."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2.nodes import Call, FromImport, Macro, Name

from config import ROOT
from marketplace.commands import docs
from marketplace.kernel import policy, workflow
from marketplace.kernel.words import all_words
from marketplace.web.actor import is_public

SOURCES = sorted((ROOT / "marketplace").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def source(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(source(path))


def assigns_state(path: Path) -> bool:
    if not re.search(r"\.\s*state\b", source(path)):  # parsing takes long
        return False
    targets = [
        target
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)


def mentions(path: Path, *words: str) -> bool:
    """Whether one of ``words`` is a name or an attribute in a file."""
    if not any(word in source(path) for word in words):
        return False
    nodes = list(ast.walk(tree(path)))
    return any(getattr(node, "attr", None) in words or getattr(node, "id", None) in words for node in nodes)


# Mails have delivery states of their own, which are no workflow.
FIRING = ("marketplace/kernel/workflow.py", "marketplace/notifications/delivery.py")
# A failed sign-in is counted although its request is refused; mail is claimed before it is sent.
COMMITTING = ("kernel/", "web/", "jobs", "schedule", "commands/", "notifications/delivery", "people/sign_in_throttle")
RULES = ("states.py", "models.py", "policy.py", "queries.py", "guards.py", "actions.py")


def test_state_is_assigned_by_fire_alone() -> None:
    assert [named(path) for path in SOURCES if named(path) not in FIRING and assigns_state(path)] == []


# The story of the demonstration says where each thing has got to.
TELLING = ("marketplace/demo/",)
# Outcomes of a prepared decision are called as the states they lead to.
NO_STATES = {("marketplace/applications/models.py", frozenset({"selected", "reserve", "declined"}))}


def sets_of_states(path: Path, states: list[set[str]]) -> Iterator[tuple[str, int]]:
    """Where a file lists two or more states of one machine."""
    if path.suffix == ".py":
        lists = [
            (node.lineno, node.elts)
            for node in ast.walk(tree(path))
            if isinstance(node, (ast.Tuple, ast.List, ast.Set)) and len(node.elts) > 1
        ]
        found = [(line, {getattr(item, "value", None) for item in items}) for line, items in lists]
    else:
        listed = re.compile(r"\bin [(\[]((?:'\w+',? ?){2,})[)\]]")
        found = [
            (source(path)[: match.start()].count("\n") + 1, set(re.findall(r"'(\w+)'", match[1])))
            for match in listed.finditer(source(path))
        ]
    for line, words in found:
        if (named(path), frozenset(words)) not in NO_STATES and any(words <= known for known in states):
            yield named(path), line


def test_sets_of_states_have_names(app: Flask) -> None:
    states = [set(machine.states) for machine in workflow.machines().values()]
    read = [path for path in (*SOURCES, *TEMPLATES) if path.name != "states.py" and not named(path).startswith(TELLING)]
    assert [place for path in read for place in sets_of_states(path, states)] == []


def test_only_requests_jobs_and_commands_commit() -> None:
    others = [p for p in SOURCES if not named(p).removeprefix("marketplace/").startswith(COMMITTING)]
    assert len(others) > 100
    assert [named(path) for path in others if mentions(path, "commit")] == []


def test_rules_do_not_roll_back() -> None:
    rules = [path for path in SOURCES if path.name in RULES and "kernel" not in path.parts]
    assert len(rules) > 30
    assert [named(path) for path in rules if mentions(path, "rollback")] == []


# What gathers from every package and knows of none: these are all that it imports.
GATHERING = {
    "notifications": {"kernel", "notifications", "people", "web"},
    "desk": {"desk", "kernel", "notifications", "people", "web"},
}


def test_what_gathers_knows_no_package() -> None:
    for package, known in GATHERING.items():
        files = [path for path in SOURCES if path.is_relative_to(ROOT / "marketplace" / package)]
        assert len(files) > 4
        found = {name for path in files for name in re.findall(r"^\s*from marketplace\.(\w+)", source(path), re.M)}
        assert found == known


def test_who_tells_names_no_step(app: Flask) -> None:
    """A step says itself who hears of it, and what: a new one changes nothing in notifications and alerts."""
    telling = ("marketplace/notifications/", "marketplace/following/", "templates/mail/")
    mails = sorted((ROOT / "templates" / "mail").glob("*.txt"))
    files = [path for path in (*SOURCES, *mails) if named(path).startswith(telling)]
    assert len(files) > 50
    steps = re.compile("|".join(f"[\"']{re.escape(step)}[\"']" for step in set(all_words()) - {"operations.retry"}))
    assert [(named(path), found[0]) for path in files for found in steps.finditer(source(path))] == []


def test_rules_know_no_wall_clock() -> None:
    clocks = re.compile(r"datetime\.now|date\.today|time\.time\(")
    rules = [path for path in SOURCES if path.name in ("actions.py", "guards.py", "policy.py")]
    assert [named(path) for path in rules if clocks.search(path.read_text("utf-8"))] == []


# The cells of a file are no instants: a date in a workbook is the day that was typed.
DATING = (
    "marketplace/kernel/clock.py",
    "marketplace/imports/sheets.py",
    "marketplace/imports/page_facts.py",
    "marketplace/imports/number_formats.py",
)


def test_rooms_hand_on_nothing_of_other_rooms() -> None:
    listing = [named(path) for path in SOURCES if "__all__" in path.read_text("utf-8")]
    assert [name for name in listing if not name.startswith(("marketplace/kernel/", "marketplace/web/"))] == []


def test_day_is_asked_of_a_zone_never_of_an_instant() -> None:
    zoneless = re.compile(r"\.date\(\)|\bdate\.today\(|CURRENT_DATE|::date\b|func\.current_date|, Date\)")
    read = [path for path in (*SOURCES, *TEMPLATES) if named(path) not in DATING]
    assert [named(path) for path in read if zoneless.search(source(path))] == []


def test_template_has_no_inline_style_or_script() -> None:
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"")
    assert [named(path) for path in TEMPLATES if inline.search(path.read_text("utf-8"))] == []


def test_instant_in_a_zone_is_as_far_off_as_that_zone_counts_days() -> None:
    loose = re.compile(r"([\w.]+)\|instant\([\w.]+\)[^\n]*?\b\1\|relative(?!\()")
    wrong = [(named(path), found[0]) for path in TEMPLATES for found in loose.finditer(source(path))]
    assert wrong == []


def test_posting_form_carries_a_token() -> None:
    forms = [
        (named(path), form)
        for path in TEMPLATES
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text("utf-8"), re.S | re.I)
    ]
    assert len(forms) > 20
    assert [at for at, form in forms if not re.search(r"csrf_token|hidden\(|carried\(", form)] == []


def imported(text: str) -> set[str]:
    """The names that a template imports or defines, by its words."""
    found = re.findall(r"{%-?\s*from\s[^%]*?\simport\s([^%]*)%}", text)
    return {*re.findall(r"\w+", re.sub(r"\w+\s+as\s", "", " ".join(found))), *re.findall(r"\smacro\s+(\w+)", text)}


def unknown(app: Flask, path: Path, components: set[str]) -> set[str]:
    """The components that a template calls and does not have; parsed where its words alone do not tell."""
    text = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.S)
    if set(re.findall(r"(\w+)\s*\(", text)) & components <= imported(text):
        return set()
    found = app.jinja_env.parse(text)
    names = {name if isinstance(name, str) else name[1] for node in found.find_all(FromImport) for name in node.names}
    assigned = {name.name for name in found.find_all(Name) if name.ctx != "load"}
    defined = {macro.name for macro in found.find_all(Macro)}
    called = {call.node.name for call in found.find_all(Call) if isinstance(call.node, Name)}
    return called & components - names - assigned - defined


def test_template_imports_the_components_it_calls(app: Flask) -> None:
    components = {
        macro.name
        for path in TEMPLATES
        if "components" in path.parts
        for macro in app.jinja_env.parse(path.read_text("utf-8")).find_all(Macro)
    }
    assert {"passage", "opening", "field"} <= components
    missing = {named(path): unknown(app, path, components) for path in TEMPLATES}
    assert {path: names for path, names in missing.items() if names} == {}


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


@pytest.mark.parametrize("name", ["workflows.md", "permissions.md", "desks.md", "floors.svg"])
def test_generated_page_is_fresh(app: Flask, name: str) -> None:
    with app.app_context():
        fresh = docs.pages()[name]
    assert (ROOT / "docs" / name).read_text("utf-8") == fresh, "run `make docs`"


def test_sheets_stay_small_and_force_nothing() -> None:
    sheets = sorted((ROOT / "static" / "css").rglob("*.css"))
    lines = sum(len(sheet.read_text("utf-8").splitlines()) for sheet in sheets)
    assert lines < 3000
    assert not [named(sheet) for sheet in sheets if "!important" in sheet.read_text("utf-8")]


def test_decisions_have_one_number_each_and_say_it() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [record.name[:4] for record in records]
    assert len(set(numbers)) == len(numbers)
    assert [
        record.name for record in records if not record.read_text("utf-8").startswith(f"# {record.name[:4]} ")
    ] == []
