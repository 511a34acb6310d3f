"""Amounts of money in forms, read and shown as people write them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_decimal
from wtforms import DecimalField
from wtforms.widgets import TextInput

from marketplace.kernel.locales import _l
from marketplace.web.language import current_locale

LARGEST = Decimal("999999999999.99")  # what a column of money holds


# Figures, or groups of three with one sign between them; then cents after another sign.
_amount = re.compile(
    r"(?P<whole>\d+|[1-9]\d{0,2}(?P<sign>[.,])\d{3}(?:(?P=sign)\d{3})*)(?:(?!(?P=sign))[.,](?P<cents>\d{1,2}))?"
)


def read_amount(typed: str) -> Decimal:
    """An amount as people write it: grouped by commas, points, blanks or apostrophes, with cents or without.

    Raises InvalidOperation where it is no number, or could be two.
    """
    found = _amount.fullmatch(re.sub(r"[\s'’_]", "", typed))
    if found is None:
        raise InvalidOperation
    whole = re.sub("[.,]", "", found["whole"])
    return Decimal(f"{whole}.{found['cents']}" if found["cents"] else whole)


class MoneyField(DecimalField):
    """A sum of money; shown grouped as the page's language does, which a number input would refuse."""

    widget = TextInput()

    def __init__(self, *args: Any, largest: int | Decimal = LARGEST, **more: Any) -> None:
        super().__init__(*args, render_kw={"inputmode": "decimal"}, **more)
        self.largest = largest

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = read_amount(typed)
        except InvalidOperation:
            raise ValueError(_l("Write a number, such as 90,000,000.")) from None
        if self.data > self.largest:
            self.data = None
            raise ValueError(_l("This number is too large."))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format_decimal(self.data, locale=current_locale())
