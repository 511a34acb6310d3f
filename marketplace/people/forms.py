"""What people fill in about themselves."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired

from marketplace.kernel.locales import _l
from marketplace.web.forms import Form


def untouched(value: Any) -> Any:
    """A password is taken as it was typed, blanks and all."""
    return value


class SignInForm(Form):
    """One step: who, and the password. ``held`` is a form kept from before, ``next`` where to go on."""

    email = StringField(
        _l("E-mail"),
        [DataRequired(_l("Enter your e-mail address."))],
        render_kw={"type": "email", "autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        [DataRequired(_l("Enter your password."))],
        filters=[untouched],
        render_kw={"autocomplete": "current-password"},
    )
    held = HiddenField()
    next = HiddenField()
