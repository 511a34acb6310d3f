"""Names and words that people spell with other letters, hyphens or apostrophes, in every box that looks for them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.search.test_views import body, of, offered, page
from tests.world import Rows

NAMES = ("O’Brien Pumps", "Œuvre & Łódź", "㈜하늘상수도", "Wi-Fi Straße", "L’Oréal du Nord", "온새미식품")


@pytest.mark.parametrize(("name", "spellings"), [
    (NAMES[0], ("O’Brien", "O'Brien", "OBrien", "obrien", "o brien p", "O‑Brien")),
    (NAMES[1], ("oeuvre", "ŒUVRE", "oeuvre & lodz")),
    (NAMES[2], ("㈜하늘", "(주)하늘", "( 주 ) 하늘", "하늘상수도", "주식회사 하늘상")),
    (NAMES[3], ("wifi", "wi fi", "Wi‑Fi", "ｗｉ－ｆｉ", "wifi strasse")),
    (NAMES[4], ("loreal", "l'oreal", "L´Oréal")),
    (NAMES[5], ("㈜온새미식품", "주식회사 온새미", "온새미식품(주)", "온새미식품 （주）")),
])  # fmt: skip
def test_name_is_offered_and_found_however_it_is_spelt(
    rows: Rows, client: FlaskClient, name: str, spellings: tuple[str, ...]
) -> None:
    for each in NAMES:
        body(rows, each)
    shown = name.replace("&", "&amp;")
    for spelling in spellings:
        assert shown in offered(client, spelling), spelling
        assert shown in page(client, spelling).replace("<mark>", "").replace("</mark>", ""), spelling
        assert shown in page(client, spelling, "/organisations"), spelling


def test_punctuation_alone_names_nobody(rows: Rows, client: FlaskClient) -> None:
    body(rows, "O’Brien Pumps")
    for words in ("-", "’", "%", "_", "' -"):
        assert offered(client, words) == []
        assert "Brien" not in page(client, words)


def test_hyphenated_word_of_a_title_is_offered_and_corrected(rows: Rows, client: FlaskClient) -> None:
    of(rows, "COVID-19 and zirconium Wi-Fi")
    assert "covid-19" in offered(client, "covid1")
    assert "wi-fi" in offered(client, "wifi")
    assert "/search?q=zirconium" in page(client, "zirkonium")
    for words in ("covid 19", "covid19", "wifi", "COVID–19", '"covid19"'):
        assert "1 result for" in page(client, words), words
