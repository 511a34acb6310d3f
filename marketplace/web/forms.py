"""The one form class: CSRF, the version it was drawn from, a key against double presses, clean text."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from flask import g
from flask_wtf import FlaskForm
from wtforms import FieldList, FormField, HiddenField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from marketplace.kernel import once
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import LOCALES, _l, nfc

__all__ = ["Form", "SelectChoice", "clean", "options", "read_texts"]

T = TypeVar("T")

LARGEST_INTEGER = 2**31 - 1
LARGEST_AMOUNT = 10**12
FIRST_YEAR, LAST_YEAR = 1000, 2999


def clean(value: Any) -> Any:
    """Composed Unicode, one kind of line end, no NUL, no blanks around; empty text stays empty."""
    return nfc(value.replace("\r\n", "\n").replace("\0", "")).strip() if isinstance(value, str) else value


def unfit(value: Any) -> Any:
    """Why no column could hold a value that a field took; None where one can."""
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return _l("This number is too large.")
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value) < LARGEST_AMOUNT):
        return _l("This number is too large.")
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        return _l("Check the year.")
    return None


def options(pairs: Iterable[tuple[Any, Any]], group: str | None = None) -> list[SelectChoice]:
    """Values and labels as the options of a choice, under a common heading where one is given."""
    return [SelectChoice(value, label, optgroup=group) for value, label in pairs]


def fields_within(form: Any) -> Iterator[Field]:
    """The fields that take a value, those of forms within a form too."""
    for field in form:
        if isinstance(field, FormField):
            yield from fields_within(field.form)
        elif isinstance(field, FieldList):
            yield from fields_within(field)
        else:
            yield field


def in_error(form: Any, page: str = "") -> list[Field]:
    """The fields with an error, as they stand on ``page``, its HTML; those that are not on it come first."""
    wrong = [field for field in fields_within(form) if field.errors]
    return sorted(wrong, key=lambda field: page.find(f'id="{field.id}"'))


class Form(FlaskForm):
    """``version`` is the stored version the form was drawn from, ``once`` the key of one drawing.

    ``families`` are the beginnings of names that a form has as many of as there are rows.
    """

    families: ClassVar[tuple[str, ...]] = ()
    version = HiddenField()
    once = HiddenField(default=lambda: secrets.token_urlsafe(16))

    class Meta:
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            drawing = g.get("drawing_fresh", False)
            return None if drawing else FlaskForm.Meta.wrap_formdata(self, form, formdata)

        def bind_field(self, form: Any, unbound: Any, options: dict[str, Any]) -> Field:
            if issubclass(unbound.field_class, FormField | FieldList):
                bound: Field = unbound.bind(form=form, **options)
                return bound
            filters = unbound.kwargs.get("filters", ())
            options = {**options, "filters": [clean, *filters]} if "filters" not in unbound.kwargs else options
            field: Field = unbound.bind(form=form, **options)
            return field

    @classmethod
    def drawn_from(cls, subject: Any, **values: Any) -> Form:
        """A form filled from a stored row, carrying its version; ``values`` win over attributes."""
        return cls(obj=subject, version=subject.version, **values)

    @property
    def version_seen(self) -> int | None:
        """The version this form was drawn from; None where it carried none."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    # Any, as before: a bool on the left of ``validate() and take(…)`` would have mypy ask a bool of the action.
    def validate(self, extra_validators: Any = None) -> Any:
        """Whether every field holds what it may, and what a column can hold."""
        valid: bool = super().validate(extra_validators)
        for field in fields_within(self):
            if not field.errors and (why := unfit(field.data)) is not None:
                field.errors = [why]
                valid = False
        return valid

    def take(self, act: Callable[[], T]) -> T | None:
        """Run an action; where it refuses the input, put its message on the field and return None."""
        try:
            return act()
        except Invalid as refused:
            field = self._fields.get(refused.field or "")
            if field is None:
                self.form_errors.append(refused.message)
            else:
                field.errors = [*field.errors, refused.message]
            return None

    def first_press(self) -> str | None:
        """None at the first press of this drawing, else where that one led (may be empty)."""
        return once.claim(str(self.once.data)) if self.once.data else None

    def led_to(self, location: str) -> str:
        """Remember where this press led, for the next one."""
        if self.once.data:
            once.settle(str(self.once.data), location)
        return location

    def content(self, *names: str) -> dict[str, Any]:
        """The data of the named fields, or of all but the hidden ones."""
        wanted = names or [name for name in self._fields if name not in ("version", "once", "csrf_token")]
        return {name: self._fields[name].data for name in wanted}


def read_texts(form: Any, prefix: str = "text_") -> dict[str, dict[str, Any]]:
    """Per-language subforms (``text_en``, ``text_fr``, ``text_ko``) as data by locale, empty languages left out."""
    found = {}
    for code in LOCALES:
        if f"{prefix}{code}" in form:
            data = {k: v for k, v in form[f"{prefix}{code}"].data.items() if k not in ("csrf_token",)}
            if any(isinstance(v, str) and v for v in data.values()):
                found[code] = data
    return found
