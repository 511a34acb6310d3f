"""The one form class: CSRF, the version it was drawn from, a key against double presses, clean text."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from flask import g, request, session
from flask_wtf import FlaskForm
from wtforms import FieldList, FormField, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired

from marketplace.kernel import idempotency, typed_text
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l, nfc
from marketplace.web.actor import current_actor

__all__ = ["Form", "SelectChoice", "Sometimes", "bind_clean", "clean_text", "keep_as_typed", "options"]

T = TypeVar("T")

LARGEST_INTEGER = 2**31 - 1
LARGEST_AMOUNT = 10**12
FIRST_YEAR, LAST_YEAR = 1000, 2999
UNSEEN = -1  # the version of no row


def clean_text(value: Any) -> Any:
    """Composed Unicode, one kind of line end, no NUL, no blanks around; empty text stays empty."""
    return nfc(value).strip() if isinstance(value, str) else value


def keep_as_typed(value: Any) -> Any:
    """A value as it was typed, blanks and all: a password."""
    return value


def bind_clean(form: Any, unbound: Any, options: dict[str, Any]) -> Field:
    """A field of a form, which takes text as its kind keeps it: a line, several lines, or clean alone."""
    kind, filters = unbound.field_class, unbound.kwargs.get("filters", ())
    if not issubclass(kind, FormField | FieldList) and keep_as_typed not in filters:
        tidy: Callable[[Any], Any] = clean_text
        if issubclass(kind, TextAreaField):
            tidy = _lines
        elif issubclass(kind, StringField) and not issubclass(kind, HiddenField):
            tidy = _line
        options = {**options, "filters": [tidy, *filters]}
    field: Field = unbound.bind(form=form, **options)
    return field


def _line(value: Any) -> Any:
    return typed_text.clean_line(value) if isinstance(value, str) else value


def _lines(value: Any) -> Any:
    return typed_text.clean_lines(value) if isinstance(value, str) else value


def why_empty(field: Field) -> Any:
    """Why a field that must be filled in says nothing; None where it says something, or need not."""
    is_text = isinstance(field, StringField) and not isinstance(field, HiddenField | PasswordField)
    if not is_text or not field.flags.required or typed_text.says_something(field.data or ""):
        return None
    needed = (check.message for check in field.validators if isinstance(check, DataRequired | InputRequired))
    return next(needed, None) or _l("Fill this in.")


def why_unfit(value: Any) -> Any:
    """Why no column could hold a value that a field took; None where one can."""
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return _l("This number is too large.")
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value) < LARGEST_AMOUNT):
        return _l("This number is too large.")
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        return _l("Check the year.")
    return None


class Sometimes:
    """Marks a field that some answers need: its label does not call it optional."""

    field_flags = {"sometimes": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing to check here: the action says when it is needed."""


def options(pairs: Iterable[tuple[Any, Any]], group: str | None = None) -> list[SelectChoice]:
    """Values and labels as the options of a choice, under a common heading where one is given."""
    return [SelectChoice(value, label, optgroup=group) for value, label in pairs]


def only_choice(field: Any) -> Any:
    """The one value that a choice leaves, which is said rather than asked; None where there is a choice."""
    if field.type != "SelectField":
        return None
    found = list(field.choices or ())
    return found[0] if len(found) == 1 and isinstance(found[0], SelectChoice) and found[0].value else None


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
            return bind_clean(form, unbound, options)

    @classmethod
    def drawn_from(cls, subject: Any, **values: Any) -> Form:
        """A form filled from a stored row, carrying its version; ``values`` win over attributes."""
        return cls(obj=subject, version=subject.version, **values)

    @property
    def version_seen(self) -> int:
        """The version this form was drawn from; one that no row has where it came without, or with something else."""
        text = "" if self.version.data is None else str(self.version.data)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else UNSEEN

    # Any, as before: a bool on the left of ``validate() and take(…)`` would have mypy ask a bool of the action.
    def validate(self, extra_validators: Any = None) -> Any:
        """Whether every field holds what it may, and what a column can hold."""
        valid: bool = super().validate(extra_validators)
        for field in fields_within(self):
            why = why_empty(field) or why_unfit(field.data)
            if not field.errors and why is not None:
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
        return idempotency.claim_key(self._press()) if self.once.data else None

    def led_to(self, location: str) -> str:
        """Remember where this press led, for the next one."""
        if self.once.data:
            idempotency.remember_redirect(self._press(), location)
        return location

    def _press(self) -> str:
        """The key as it is stored: of this person, or this browser, at this address alone, and of one length."""
        who = current_actor().user_id or session.get("csrf_token", "")
        return hashlib.sha256(f"{who}\n{request.path}\n{self.once.data}".encode()).hexdigest()

    def content(self, *names: str) -> dict[str, Any]:
        """The data of the named fields, or of all but the hidden ones."""
        wanted = names or [name for name in self._fields if name not in ("version", "once", "csrf_token")]
        return {name: self._fields[name].data for name in wanted}
