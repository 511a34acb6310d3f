"""Countries as a reader looks for them in a list."""

from __future__ import annotations

import pytest

from marketplace.kernel.locales import LOCALES
from marketplace.people.organisation_forms import country_options
from marketplace.places.countries import countries


@pytest.mark.parametrize("locale", LOCALES)
def test_only_countries_are_listed(locale: str) -> None:
    assert {"KR", "CA", "FR", "XK"} <= set(countries(locale))
    assert set(countries(locale)).isdisjoint({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ", "IC", "001"})


def test_countries_stand_in_the_order_of_the_alphabet() -> None:
    french, korean = list(countries("fr").values()), list(countries("ko").values())
    assert french[0] == "Afghanistan"
    assert french[-1] == "Zimbabwe"
    assert french.index("Équateur") < french.index("Érythrée") < french.index("Espagne") < french.index("Finlande")
    assert korean.index("가나") < korean.index("대한민국") < korean.index("프랑스")


def test_the_form_offers_them_in_this_order() -> None:
    assert [code for code, *_ in country_options("fr")][1:] == list(countries("fr"))
