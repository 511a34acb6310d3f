"""Amounts are read and shown as people write them."""

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField

from marketplace.web.money import MoneyField


class Purse(Form):
    currency = StringField("Currency")
    amount = MoneyField("Amount", largest=1_000_000_000)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("80,000,000", "80000000"), ("80 000 000", "80000000"), ("1.250,50", "1250.50"), ("1’250.5", "1250.5")],
)
def test_amount_is_read_as_people_write_it(app, typed, read):
    form = Purse(MultiDict({"amount": typed}))
    assert form.validate()
    assert form.amount.data == Decimal(read)


@pytest.mark.parametrize(
    "typed", ["-5", "many", "1e3", "1000000001", "0.125", "1,2,3", "1,234,5", "1 2 3", "1.250", "12,34,567"]
)
def test_amount_that_is_none_or_too_large_is_refused_and_kept(app, typed):
    with app.test_request_context():
        form = Purse(MultiDict({"amount": typed}))
        assert not form.validate()
        assert form.amount._value() == typed


@pytest.mark.parametrize(("currency", "fits"), [("KRW", False), ("JPY", False), ("EUR", True), ("", True)])
def test_amount_has_the_decimals_of_its_currency(app, currency, fits):
    with app.test_request_context():
        assert Purse(MultiDict({"amount": "1250.50", "currency": currency})).validate() == fits


def test_amount_is_shown_grouped_without_empty_cents(app):
    with app.test_request_context():
        assert Purse(data={"amount": Decimal("80000000.00")}).amount._value() == "80,000,000"
