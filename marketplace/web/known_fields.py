"""What this product's forms are made of: which names are fields at all, and which may not be kept or shown again.

The class of a field decides, never its name: what was typed as a password or a one-time code is nobody's to repeat, and
a file cannot be sent twice. A name that one form uses for such a field is left out wherever it comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import wtforms
from wtforms import FieldList, FileField, FormField, PasswordField
from wtforms.fields.core import UnboundField

from marketplace.kernel.locales import _l
from marketplace.web.forms import Form

# Fields of the small forms that templates write without a form class.
PLAIN = frozenset(
    {
        "affiliate", "application", "application_id", "back", "call", "challenge", "connection", "consents",
        "csrf_token", "direction", "following", "given", "id", "joins", "kind", "look", "membership_id", "next",
        "other_id", "preview", "programme", "reason", "role", "text", "then", "up_to", "way",
    }
)  # fmt: skip
FAMILIES = ("declare-",)  # one field for each declaration that a call asks for
GIVEN_AGAIN = {"password": _l("Password"), "code": _l("One-time code"), "file": _l("File")}


def omission_of(field_class: type, attributes: Any) -> str:
    """What such a field takes, where that may not be kept or cannot be: a key of ``GIVEN_AGAIN``; else empty."""
    drawn = attributes or {}
    said = str(drawn.get("autocomplete", "")).split()
    if "one-time-code" in said:
        return "code"
    if issubclass(field_class, PasswordField) or drawn.get("type") == "password" or {*said} & _PASSWORDS:
        return "password"
    return "file" if issubclass(field_class, FileField) or drawn.get("type") == "file" else ""


_PASSWORDS = {"current-password", "new-password"}


def known_names() -> tuple[frozenset[str], dict[str, str]]:
    """Every name of a field, without the numbers of rows, and what those take that are left out."""
    names, again = set(PLAIN), {}
    for form in _all(Form):
        for name, unbound in _within(form):
            names.add(name)
            if kind := omission_of(unbound.field_class, unbound.kwargs.get("render_kw")):
                again[name] = kind
    return frozenset(names), again


def plain_name(name: str) -> str:
    """A name as forms declare it: ``rows-3-count`` is the field ``rows-count``."""
    return "-".join(part for part in name.split("-") if not part.isdigit())


def is_of_family(name: str) -> bool:
    """Whether a form has such fields in a number that only its row knows."""
    families = (*FAMILIES, *(start for form in _all(Form) for start in form.families))
    return name.startswith(families)


def _all(form: type[Form]) -> Iterator[type[Form]]:
    yield form
    for narrower in form.__subclasses__():
        yield from _all(narrower)


def _within(form: type[wtforms.Form], before: str = "") -> Iterator[tuple[str, UnboundField[Any]]]:
    for name in dir(form):
        unbound = getattr(form, name, None)
        if isinstance(unbound, UnboundField):
            yield from _parts(f"{before}{name}", unbound)


def _parts(name: str, unbound: UnboundField[Any]) -> Iterator[tuple[str, UnboundField[Any]]]:
    """The field itself, or those that it is made of."""
    inner = (*unbound.args, *unbound.kwargs.values())
    if issubclass(unbound.field_class, FormField):
        part = next(one for one in inner if isinstance(one, type))
        yield from _within(part, f"{name}-")
    elif issubclass(unbound.field_class, FieldList):
        yield from _parts(name, next(one for one in inner if isinstance(one, UnboundField)))
    else:
        yield name, unbound
