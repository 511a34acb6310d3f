"""What differs between two versions of an agreement, term by term and paragraph by paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from flask_babel import gettext as _

from marketplace.collaborations.forms import IP_WORDS, TermsForm
from marketplace.collaborations.models import AgreementVersion
from marketplace.kernel.locales import NAMES
from marketplace.web.filters import day, money

LONG = ("purpose", "ip_terms", "text")


@dataclass(frozen=True)
class Difference:
    """One term: ``parts`` are (kind, words), kind being same, added or removed."""

    label: Any
    parts: list[tuple[str, str]]


def differences(before: AgreementVersion, after: AgreementVersion, names: dict[int, str]) -> list[Difference]:
    """The terms that differ, and the parties and signers where they do."""
    found = []
    for name in AgreementVersion.TERMS:
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        label = getattr(TermsForm, name).kwargs.get("label") or getattr(TermsForm, name).args[0]
        found.append(Difference(label, _parts(old, new) if name in LONG else _whole(name, before, after)))
    old_parties, new_parties = _parties(before, names), _parties(after, names)
    if old_parties != new_parties:
        found.append(Difference(_("Parties and who signs"), [("removed", old_parties), ("added", new_parties)]))
    return found


def _parts(old: str, new: str) -> list[tuple[str, str]]:
    a, b = old.split("\n"), new.split("\n")
    parts: list[tuple[str, str]] = []
    for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", "\n".join(a[i:j])))
            continue
        if i < j:
            parts.append(("removed", "\n".join(a[i:j])))
        if k < m:
            parts.append(("added", "\n".join(b[k:m])))
    return parts


def _whole(name: str, before: AgreementVersion, after: AgreementVersion) -> list[tuple[str, str]]:
    return [("removed", _said(name, before)), ("added", _said(name, after))]


def _said(name: str, version: AgreementVersion) -> str:
    value = getattr(version, name)
    if value is None or value == "":
        return "–"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return money(value, version.currency)
    if name == "ip_option":
        return str(IP_WORDS[value])
    return NAMES.get(value, value) if name == "ruling_locale" else str(value)


def _parties(version: AgreementVersion, names: dict[int, str]) -> str:
    return "\n".join(
        f"{names.get(p.organisation_id, '')}: {p.signer.name if p.signer else '–'} {p.capacity}".strip()
        for p in version.parties
    )
