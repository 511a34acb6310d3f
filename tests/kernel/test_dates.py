"""Days and hours as each language writes them."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from marketplace.kernel.dates import day_in, hour_in, instant_in


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "1 December 2026"), ("fr", "1er\u00a0décembre 2026"), ("ko", "2026년 12월 1일")]
)
def test_day_first_of_a_month_is_said_as_its_language_does(locale, words):
    assert day_in(2026, 12, 1, locale) == words


def test_day_other_than_the_first_stays_a_number_in_french():
    assert day_in(2026, 12, 11, "fr") == "11\u00a0décembre 2026"


def test_hour_is_written_with_h_in_french_alone():
    assert (hour_in(time(8), "en"), hour_in(time(8), "fr")) == ("08:00", "08\u00a0h\u00a000")


def test_instant_names_its_zone():
    at = datetime(2026, 12, 4, 7, tzinfo=UTC)
    assert instant_in(at.astimezone(ZoneInfo("Asia/Seoul")), "en") == "4 December 2026, 16:00 KST"
    assert instant_in(at.astimezone(ZoneInfo("America/Sao_Paulo")), "ko") == "2026년 12월 4일, 04:00 UTC-03"
