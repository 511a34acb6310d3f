"""``flask docs``: the pages of ``docs/`` that the code itself can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale

from config import ROOT
from deploy import floors
from marketplace.kernel import events, policy, waiting, words, workflow
from marketplace.web.actor import is_public

DEVELOPMENT = ("/kit", "/dev/")
NOTE = "Written by `make docs` from the code; a test fails when it is stale.\n"


@click.command("docs")
@with_appcontext
def group() -> None:
    """Write the pages and the picture that ``pages`` names."""
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, "utf-8")
        click.echo(f"docs/{name}")


def pages() -> dict[str, str]:
    """Each generated page by file name."""
    with current_app.test_request_context(), force_locale("en"):
        return {
            "workflows.md": _workflows(), "permissions.md": _permissions(), "desks.md": _desks(),
            "floors.svg": floors.picture(),
        }  # fmt: skip


def _workflows() -> str:
    lines = ["# Workflows", "", NOTE]
    for name, machine in sorted(workflow.machines().items()):
        lines += [
            f"## {name}",
            "",
            "| state | family | its owner reads | staff read | whose turn it is |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| `{key}` | {s.family} | {s.owner} | {s.staff} | {s.turn.who} |" for key, s in machine.states.items()
        ]
        lines += ["", "| step | from | to | who may | reason | conditions | told |", "|---|---|---|---|---|---|---|"]
        lines += [_step_row(step) for step in machine.steps]
        lines.append("")
    lines += ["## Events that move no state", "", "| event | in words | told |", "|---|---|---|"]
    moving = {step.name for machine in workflow.machines().values() for step in machine.steps}
    still = sorted((name, said) for name, said in words.all_words().items() if name not in moving)
    lines += [f"| `{name}` | {said.past} | {_told(said)} |" for name, said in still]
    lines += ["", "## Reactions", "", "| event | reactions |", "|---|---|"]
    lines += [
        f"| `{step}` | {', '.join(f'`{n}`' for n in names)} |" for step, names in sorted(events.subscriptions().items())
    ]
    return "\n".join(lines) + "\n"


def _step_row(step: workflow.Step) -> str:
    guards: list[Callable[..., object]] = [*step.guards, *workflow.added_guards(step.name)]
    conditions = ", ".join(guard.__name__.replace("_", " ").strip() for guard in guards)
    sources = ", ".join(f"`{source}`" for source in step.sources)
    reason = "asked for" if step.reason else ""
    who, told = policy.permission(step.name).who, _told(words.words_of(step.name))
    return f"| `{step.name}` | {sources} | `{step.target}` | {who} | {reason} | {conditions} | {told} |"


def _told(said: words.Words) -> str:
    """Who hears of a step, or why nobody does."""
    followers = ["followers"] if said.alert else []
    if said.tells is None:
        return "; ".join([*followers, f"nobody{' else' * bool(followers)}: {said.silent}"])
    return ", ".join([*said.tells.roles, *["who did it"] * said.tells.with_actor, *followers])


def _desks() -> str:
    lines = ["# Desks", "", NOTE, "## What waits", "", "| for | what | kind | declared in |", "|---|---|---|---|"]
    lines += sorted(
        _part_row(part, kind, said.title) for part in waiting.TASKS.parts for kind, said in part.words.items()
    )
    lines += ["", "## What is under way", "", "| for | whose turn it is | kind | declared in |", "|---|---|---|---|"]
    lines += sorted(
        _part_row(part, kind, said.words) for part in waiting.WORKS.parts for kind, said in part.words.items()
    )
    return "\n".join(lines) + "\n"


def _part_row(part: waiting.Part[Any], kind: str, said: object) -> str:
    home = part.build.__module__.removeprefix("marketplace.").replace(".", "/")
    return f"| {', '.join(part.readers)} | {said} | `{kind}` | `{home}.py` |"


def _permissions() -> str:
    lines = ["# Permissions", "", NOTE, "Refused unless granted.", "", "| permission | who may |", "|---|---|"]
    lines += [f"| `{name}` | {found.who} |" for name, found in sorted(policy.permissions().items())]
    lines += [
        "",
        "## Routes",
        "",
        "Everything else asks for a sign-in.",
        "",
        "| open to everybody | address |",
        "|---|---|",
    ]
    open_routes = sorted(
        (rule.rule, rule.endpoint)
        for rule in current_app.url_map.iter_rules()
        if is_public(rule.endpoint) and not rule.rule.startswith(DEVELOPMENT)
    )
    lines += [f"| `{endpoint}` | `{address}` |" for address, endpoint in open_routes]
    return "\n".join(lines) + "\n"
