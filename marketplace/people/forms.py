"""What people fill in about themselves and their account."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from marketplace.kernel.locales import LOCALES, NAMES, _l
from marketplace.kernel.policy import ROLE_LABELS
from marketplace.kernel.typed_text import holds_link
from marketplace.people import passwords
from marketplace.people.actions import CONSENT_NEEDED
from marketplace.people.addresses import normal_address
from marketplace.people.labels import KIND_LABELS
from marketplace.people.models import DEMAND_KINDS, KINDS
from marketplace.web.forms import Form, keep_as_typed, options

NAME_LENGTH = 200
INCOMPLETE = _l("This is not a complete e-mail address, such as name@company.example.")
_complete = Email(INCOMPLETE, allow_smtputf8=False)


def address_filter(value: Any) -> Any:
    """The filter of a field that holds an address."""
    return normal_address(value) if isinstance(value, str) else value


def check_reachable(form: Any, field: Any) -> None:
    """An address that is complete, and that every mail server can reach."""
    local, at, _ = str(field.data or "").rpartition("@")
    if at and not local.isascii():
        raise ValidationError(
            _l("Mail cannot reach this address: before the @ it may have letters from a to z, figures and signs alone.")
        )
    if "=?" in local:  # mail programs, and the library that writes our mail, would decode it into another address
        raise ValidationError(INCOMPLETE)
    _complete(form, field)


def check_no_link(_form: Any, field: Any) -> None:
    """A name, which mails carry to strangers, brings no link with it."""
    if holds_link(field.data or ""):
        raise ValidationError(_l("A name holds no web or e-mail address."))


def email_field(label: Any) -> StringField:
    """An address that a mail can reach."""
    return StringField(
        label,
        [
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=254, message=_l("An e-mail address has at most %(max)d characters.")),
            check_reachable,
        ],
        filters=[address_filter],
        render_kw={"type": "email", "autocomplete": "email"},
    )


def new_password_field(label: Any) -> PasswordField:
    """A password that is long enough; nothing else makes one good."""
    return PasswordField(
        label,
        [
            InputRequired(_l("Choose a password.")),
            Length(
                passwords.SHORTEST,
                passwords.LONGEST,
                _l("A password has from %(min)d to %(max)d characters. A few words in a row make a good one."),
            ),
        ],
        filters=[passwords.compose_password],
        description=_l("At least 10 characters. A few words in a row make a good one."),
        render_kw={"autocomplete": "new-password"},
    )


def old_password_field() -> PasswordField:
    """The password that holds now."""
    return PasswordField(
        _l("Your present password"),
        [InputRequired(_l("Enter your present password."))],
        filters=[keep_as_typed],
        render_kw={"autocomplete": "current-password"},
    )


def name_field() -> StringField:
    """One display name."""
    return StringField(
        _l("Your name"),
        [DataRequired(_l("Enter your name.")), Length(max=NAME_LENGTH), check_no_link],
        description=_l("As others should read it, in the order you write it."),
        render_kw={"autocomplete": "name"},
    )


class SignInForm(Form):
    """One step: who, and the password. ``held`` is a form kept from before, ``next`` where to go on."""

    email = StringField(
        _l("E-mail"),
        [DataRequired(_l("Enter your e-mail address."))],
        filters=[address_filter],
        render_kw={"type": "email", "autocomplete": "username"},
    )
    zone = HiddenField(render_kw={"data-zone": True})
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password."))],
        filters=[keep_as_typed],
        render_kw={"autocomplete": "current-password"},
    )
    held = HiddenField()
    next = HiddenField()


class ConsentFields(Form):
    """Each consent on its own; the first two are needed for an account."""

    terms = BooleanField(_l("I accept the terms of use"), [InputRequired(CONSENT_NEEDED)])
    privacy = BooleanField(_l("I have read how my personal data is used, and agree"), [InputRequired(CONSENT_NEEDED)])
    contact = BooleanField(_l("You may write to me about programmes and events"))
    statistics = BooleanField(_l("My answers may be counted in published statistics, without my name"))

    def consents(self) -> list[str]:
        """The kinds that were given."""
        return [name for name in ("terms", "privacy", "contact", "statistics") if self._fields[name].data]


class SignUpForm(ConsentFields):
    """An account for a person without an organisation yet; ``next`` is where to go on once the address is confirmed."""

    next = HiddenField()
    name = name_field()
    email = email_field(_l("E-mail"))
    password = new_password_field(_l("Password"))


class StartupSignUpForm(SignUpForm):
    """An account with a startup."""

    organisation_name = StringField(
        _l("Name of your startup"),
        [DataRequired(_l("Enter the name of your startup.")), Length(max=NAME_LENGTH), check_no_link],
        render_kw={"autocomplete": "organization"},
    )


class CompanySignUpForm(SignUpForm):
    """An account with an organisation that has challenges to post."""

    organisation_name = StringField(
        _l("Name of your organisation"),
        [DataRequired(_l("Enter the name of your organisation.")), Length(max=NAME_LENGTH), check_no_link],
        render_kw={"autocomplete": "organization"},
    )
    organisation_kind = SelectField(
        _l("Kind of organisation"),
        choices=options(
            [("", _l("Choose one")), *((kind, KIND_LABELS[kind]) for kind in KINDS if kind in DEMAND_KINDS)]
        ),
        validators=[DataRequired(_l("Choose the kind of your organisation."))],
    )


class InvitedForm(ConsentFields):
    """An account for somebody invited: the address is known, the link proves it."""

    name = name_field()
    password = new_password_field(_l("Password"))


class AddressForm(Form):
    """An address to send a link to."""

    email = email_field(_l("E-mail"))


class NewPasswordForm(Form):
    """A new password, behind a link that was sent."""

    password = new_password_field(_l("New password"))


class PersonForm(Form):
    """Name, language and time zone."""

    name = name_field()
    time_zone = SelectField(
        _l("Time zone"),
        [Optional()],
        description=_l("Pages and messages show in it what happened. A deadline is told in the zone of its call."),
        filters=[lambda value: value or ""],
    )
    locale = RadioField(
        _l("Language of pages and mails"),
        [Optional()],
        choices=options([("", _l("The language of my browser")), *((code, NAMES[code]) for code in LOCALES)]),
        default="",
        filters=[lambda value: value or ""],
    )


class PasswordForm(Form):
    """A changed password."""

    old_password = old_password_field()
    password = new_password_field(_l("New password"))


class CloseAccountForm(Form):
    """The end of an account, said twice: the password, and a tick that it is meant."""

    password = old_password_field()
    sure = BooleanField(
        _l("I understand that this cannot be undone"),
        [InputRequired(_l("Tick this if you mean it: nothing brings the account back."))],
    )


class InviteForm(Form):
    """An address and a role; the roles are those of the organisation."""

    email = email_field(_l("E-mail of the person"))
    role = SelectField(_l("Role"), validators=[DataRequired(_l("Choose a role."))])

    def offer(self, roles: tuple[str, ...]) -> InviteForm:
        """Offer these roles, the last one first chosen."""
        self.role.choices = options((role, ROLE_LABELS[role]) for role in roles)
        if not self.role.data:
            self.role.data = roles[-1]
        return self
