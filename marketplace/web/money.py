"""Amounts of money in forms, read and shown as people write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from wtforms import DecimalField, ValidationError
from wtforms.widgets import TextInput

from marketplace.kernel import amounts
from marketplace.kernel.amounts import LARGEST, read_amount
from marketplace.kernel.locales import _l
from marketplace.web.language import current_locale


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
        except amounts.WhichAmount:
            raise ValueError(_l("This can be two amounts. Write it without separators, such as 1250.")) from None
        except amounts.OutOfRange:
            raise ValueError(_l("This number is too large.")) from None
        except amounts.NotAnAmount:
            raise ValueError(_l("Write a number, such as 90,000,000.")) from None
        if self.data > self.largest:
            self.data = None
            raise ValueError(_l("This number is too large."))

    def pre_validate(self, form: Any) -> None:
        """Hold it to the decimals of the currency that is chosen beside it."""
        code = getattr(getattr(form, "currency", None), "data", None)
        try:
            if self.data is not None and code:
                amounts.fit_amount(self.data, str(code))
        except amounts.TooFine:
            raise ValidationError(_l("This currency has no decimals. Write a whole number.")) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format_decimal(self.data, locale=current_locale())
