"""``flask messages``: whether the interface says everything in three languages."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from config import ROOT
from marketplace.kernel.locales import DEFAULT, LOCALES

KEYWORDS = ("_l", "_n:1,2", "_ln:1,2", "_lp:1c,2")

_place = re.compile(r"%\((\w+)\)")

group = click.Group("messages", help="The interface's texts.")


def used_messages(keywords: Sequence[str] = KEYWORDS, *more: str) -> Catalog:
    """Every message that code and templates hold now, in calls of these names beside gettext's own."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        options = [*more, *(option for keyword in keywords for option in ("-k", keyword))]
        command = ["pybabel", "-q", "extract", "-F", "deploy/babel.cfg", *options, "-o", str(target), "."]
        run([Path(sys.executable).parent / command[0], *command[1:]], cwd=ROOT, check=True)
        with target.open("rb") as file:
            return read_po(file)


def _known(locale: str) -> Catalog:
    path = ROOT / "marketplace" / "translations" / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def counted_and_not() -> list[str]:
    """Messages that are asked for with a number and without: those without stay English in every language."""
    counted = {_first(message) for message in _known("fr") if isinstance(message.id, tuple)}
    alone = used_messages(("_", "_l", "gettext", "lazy_gettext"), "--no-default-keywords")
    return sorted(counted & {_first(message) for message in alone if message.id})


def gaps_of(locale: str, wanted: Catalog) -> list[str]:
    """Messages of ``wanted`` that ``locale`` does not translate, translates in part, or only guesses."""
    known = _known(locale)
    return [
        _first(message) for message in wanted if message.id and not _said(known.get(_first(message), message.context))
    ]


def lapses(locale: str) -> list[str]:
    """Translations that break a rule of their language whatever they say."""
    known = [message for message in _known(locale) if message.id]
    wrong = {"fr": _is_lax_french, "ko": _is_unsure_korean}[locale]
    return [_first(message) for message in known if wrong(_first(message), *_pair(message))]


def _pair(message: Message) -> tuple[str, str]:
    """The first form and the last, which are one where nothing is counted."""
    forms = message.string if isinstance(message.string, (tuple, list)) else [message.string or ""]
    return forms[0], forms[-1]


def _is_lax_french(english: str, one: str, many: str) -> bool:
    """A space that lets a line break before its sign; or "one" said in words, since French counts 0 with it too; or a
    button that guesses the gender of what it stands for."""
    spaces = re.search(r"\S [:;?!»%](\s|$)|« ", one + "\n" + many)
    guesses = re.search(r" (it|them)\b", english) and re.match(r"(Le|La|Les) \w+(er|ir|re)$", one)
    counts = re.match(r"[Uu]ne? ", one) is not None and set(_place.findall(many)) > set(_place.findall(one))
    return bool(spaces or guesses or counts)


def _is_unsure_korean(_english: str, one: str, many: str) -> bool:
    """Both forms of a particle side by side, as only a form letter has them; or a style less formal than the rest."""
    particle = re.search(r"[은이을와과]\([는가를와과]\)|\(으\)로", one)
    style = re.search(r"(세요|까요|해요|어요|아요|에요|예요|네요|군요|죠)(?=[.?!]|$)", one)
    return bool(particle or style)


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _said(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


@group.command()
def check() -> None:
    """Fail, naming each, when a text is missing in a language or breaks its rules."""
    wanted = used_messages()
    mixed = counted_and_not()
    gaps = {locale: gaps_of(locale, wanted) + lapses(locale) + mixed for locale in LOCALES if locale != DEFAULT}
    for locale, texts in gaps.items():
        for text in texts:
            click.echo(f"{locale}: {text}")
    if any(gaps.values()):
        raise click.ClickException(
            "Some texts are not translated (`make messages` collects them) or break a rule of their language."
        )
    click.echo("Every text is there in every language.")
