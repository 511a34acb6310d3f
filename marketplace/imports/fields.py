"""What a file can tell of a thing: each field's name, meaning, kind, and the headers it is known by elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from marketplace.kernel.locales import NAMES, _l


@dataclass(frozen=True)
class Field:
    """``kind``: line, text, list, choice, choices, language, day, when, moment, amount, currency, number or link.

    ``last`` takes the last of several days in a cell, else the first. ``example`` stands in the file to download.
    ``aliases`` are headers of other files, in English, French and Korean, the likelier ones first. ``read`` turns the
    text of a cell into a value that no kind has; it raises ``values.Wrong``.
    """

    name: str
    label: Any
    help: Any
    kind: str
    example: str = ""
    required: bool = False
    choices: Mapping[str, Any] | None = None
    least: int = 0
    most: int = 0
    last: bool = False
    aliases: str = ""
    read: Callable[[str], Any] | None = None


def require(*fields: Field) -> tuple[Field, ...]:
    """The same fields, without which a row is refused."""
    return tuple(replace(field, required=True) for field in fields)


# What files of any kind say of a record and where it comes from.
ID = Field(
    "id", _l("Identifier"),
    _l("What the source calls the row. It makes an import repeatable: the same identifier is the same record."),
    "line", "W-2026-01",
    aliases="identifier, reference, ref, number, no, code, key, identifiant, référence, numéro, 번호, 식별자, "
    "아이디, 관리번호, 과제번호, 공고번호",
)  # fmt: skip
LANGUAGE = Field(
    "language", _l("Language of the texts"), _l("English, French or Korean: en, fr or ko."), "language", "en",
    required=True, choices=NAMES,
    aliases="lang, locale, langue, 언어",
)  # fmt: skip
CURRENCY = Field(
    "currency", _l("Currency"), _l("Three letters: KRW, CAD, EUR, USD …"), "currency", "KRW",
    aliases="devise, monnaie, 통화, 화폐",
)  # fmt: skip
URL = Field(
    "url", _l("Link to the original"), _l("A web address that begins with https:// or http://."), "link",
    "https://water.example/challenges/1",
    aliases="link, web, website, address, source url, lien, adresse, site, site web, 링크, 주소, 누리집, 홈페이지",
)  # fmt: skip
SOURCE = Field(
    "source", _l("Source"), _l("Where the rows come from, as readers will see it beside each record."), "line",
    "Open data of a city", required=True,
    aliases="origin, provenance, portal, portail, origine, 출처",
)  # fmt: skip
LICENCE = Field(
    "licence", _l("Licence"), _l("Under which terms the source lets its texts be shown: “CC BY 4.0”, say."), "line",
    "CC BY 4.0", required=True,
    aliases="license, terms, rights, licence d’utilisation, 라이선스, 이용허락, 이용조건",
)  # fmt: skip
