"""What a visitor fills in to write to a centre."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from marketplace.kernel.locales import _l
from marketplace.network.models import Centre
from marketplace.people.forms import email_field, name_field
from marketplace.web.forms import Form, options

LONGEST = 4000  # characters of a message


class ContactForm(Form):
    """A message to the staff of one centre; the sender's address is for the answer alone."""

    centre = SelectField(_l("To which centre"), [DataRequired(_l("Choose the centre you write to."))])
    name = name_field()
    email = email_field(_l("E-mail"))
    message = TextAreaField(
        _l("Your message"),
        [
            DataRequired(_l("Write your message.")),
            Length(max=LONGEST, message=_l("A message has at most %(max)d characters.")),
        ],
        description=_l("Name the call or the challenge that it is about. Send no secrets: this is mail."),
    )

    def offer(self, centres: Iterable[Centre], locale: str) -> ContactForm:
        """Let these centres be chosen, by name."""
        named = sorted((str(centre.organisation.name(locale)), centre.slug) for centre in centres)
        first = [("", _l("Choose a centre"))] if len(named) > 1 else []
        self.centre.choices = options([*first, *((slug, name) for name, slug in named)])
        return self
