"""``flask messages``: whether the interface says everything in three languages."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from config import ROOT
from marketplace.kernel.locales import DEFAULT, LOCALES

KEYWORDS = ("_l", "_n:1,2", "_ln:1,2")

group = click.Group("messages", help="The interface's texts.")


def used() -> Catalog:
    """Every message that code and templates hold now."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        options = [option for keyword in KEYWORDS for option in ("-k", keyword)]
        command = ["pybabel", "-q", "extract", "-F", "deploy/babel.cfg", *options, "-o", str(target), "."]
        run([Path(sys.executable).parent / command[0], *command[1:]], cwd=ROOT, check=True)
        with target.open("rb") as file:
            return read_po(file)


def missing(locale: str, wanted: Catalog) -> list[str]:
    """Messages of ``wanted`` that ``locale`` does not translate, translates in part, or only guesses."""
    path = ROOT / "marketplace" / "translations" / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        known = read_po(file, locale=locale)
    return [_first(message) for message in wanted if message.id and not _said(known.get(_first(message)))]


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _said(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


@group.command()
def check() -> None:
    """Fail, naming each, when a text is missing in a language."""
    wanted = used()
    gaps = {locale: missing(locale, wanted) for locale in LOCALES if locale != DEFAULT}
    for locale, texts in gaps.items():
        for text in texts:
            click.echo(f"{locale}: {text}")
    if any(gaps.values()):
        raise click.ClickException("Some texts are not translated; `make messages` collects them.")
    click.echo("Every text is there in every language.")
