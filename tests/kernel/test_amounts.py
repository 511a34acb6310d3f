"""Sums of money: one reading or none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel import amounts
from marketplace.kernel.amounts import read_amount, read_sum


@pytest.mark.parametrize(
    ("said", "currency", "amount"),
    [
        ("1.234.567", None, "1234567"),
        ("1,234,567.89", "USD", "1234567.89"),
        ("90.000.000", "KRW", "90000000"),
        ("1\u202f234\u00a0567,8", "EUR", "1234567.80"),
        ("1’234’567", "CHF", "1234567"),
        ("１２，３４５", "KRW", "12345"),
        ("￦1,000", "KRW", "1000"),
        ("$ 1,000 CAD", "CAD", "1000"),
        ("1,250", "EUR", "1250"),
        ("1250.500", "KWD", "1250.50"),
        (0, None, "0"),
        (0.1 + 0.2, "EUR", "0.30"),
    ],
)
def test_amount_is_read(said: Any, currency: str | None, amount: str) -> None:
    assert read_sum(said, currency) == Decimal(amount)


@pytest.mark.parametrize(
    "said",
    ["1.234.56", "1,23,456", "12,34,567", "1 2 3", "1 234,567 8", "1,234.5.6", "1.5e8", "(1000)", "+5", "NaN", "inf",
     "1조", "1,000-2,000", "٣٤", "10²", "1€50", "0,125", "01,234", "1,234'567", "5 bananas", "", "€", True,
     float("nan"), "9" * 50, "1" + " " * 90 + "1"],
)  # fmt: skip
def test_what_is_no_amount_is_refused(said: Any) -> None:
    with pytest.raises(amounts.NotAnAmount):
        read_sum(said)


@pytest.mark.parametrize(
    ("said", "currency", "why"),
    [
        ("1.250", None, amounts.WhichAmount),
        ("1,250", "KWD", amounts.WhichAmount),
        ("1250.505", "KWD", amounts.TooFine),
        ("10.5", "JPY", amounts.TooFine),
        ("-5", None, amounts.OutOfRange),
        (10**15, None, amounts.OutOfRange),
        ("$5", "KRW", amounts.OtherCurrency),
        ("5 USD", "EUR", amounts.OtherCurrency),
        ("US$ 5 CAD", "CAD", amounts.NotAnAmount),
    ],
)
def test_reason_is_told(said: Any, currency: str | None, why: type[Exception]) -> None:
    with pytest.raises(why) as refusal:
        read_sum(said, currency)
    assert type(refusal.value) is why


@given(st.decimals(min_value=0, max_value=10**11, places=2), st.sampled_from(["{:,}", "{}"]))
def test_forms_and_files_read_the_same(amount: Decimal, written: str) -> None:
    text = written.format(amount)
    assert read_amount(text) == read_sum(text) == amount
