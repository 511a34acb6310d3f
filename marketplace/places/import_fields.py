"""The country that a row of a file names."""

from __future__ import annotations

from marketplace.imports import problems
from marketplace.imports.fields import Field
from marketplace.imports.values import WrongValue, short_of
from marketplace.kernel.locales import DEFAULT, LOCALES, _l
from marketplace.places.countries import countries

NO_COUNTRY = "not_a_country"
problems.register({NO_COUNTRY: _l("“%(value)s” is not a country. Write its two letters, such as KR, CA or FR.")})


def read_country(said: str) -> str:
    """A country by its two letters, or by its name in any of the languages."""
    code = said.upper() if said.upper() in countries(DEFAULT) else None
    code = code or next((code for locale in LOCALES for code, name in countries(locale).items() if name == said), None)
    if code is None:
        raise WrongValue(NO_COUNTRY, value=short_of(said))
    return code


COUNTRY = Field(
    "country", _l("Country of the source"),
    _l("Two letters: KR, CA, FR … A last day counts until it has ended there."), "line", "KR", read=read_country,
    aliases="pays, 국가, 나라",
)  # fmt: skip
