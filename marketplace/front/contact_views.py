"""A way to write to a centre, for everybody."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from flask_login import current_user

from marketplace.front import actions, queries
from marketplace.front.forms import ContactForm
from marketplace.front.views import blueprint
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l
from marketplace.network.models import Centre
from marketplace.network.queries import working_centres
from marketplace.web.actor import current_actor, public
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.limits import limiter
from marketplace.web.lookups import find

PER_PLACE, PER_CENTRE = "10 per hour", "60 per hour"  # messages from one address, and to one centre


@blueprint.get("/contact")
@public
def contact() -> Response:
    """The form, for the centre that the address names where it names one."""
    given = {"centre": request.args.get("centre", "")}
    if current_actor().signed_in:
        user = current_user.session.user
        given |= {"name": user.name, "email": user.email}
    form = ContactForm(formdata=None, data=given)
    return _page(form.offer(queries.centres_with_staff(), current_locale()))


@blueprint.post("/contact", endpoint="write")
@public
def write() -> Response:
    """Send the message; the answer is the same whoever the address belongs to."""
    centres = {centre.slug: centre for centre in queries.centres_with_staff()}
    form = ContactForm().offer(centres.values(), current_locale())
    if form.validate():
        sent = url_for("front.contact_sent", centre=form.centre.data)
        if (led := form.first_press()) is not None:
            return see_other(led or sent)
        if form.take(lambda: _send(form, centres[form.centre.data])):
            return see_other(form.led_to(sent))
    return _page(form, 422)


def _send(form: ContactForm, centre: Centre) -> bool:
    try:
        with limiter.limit(PER_PLACE), limiter.limit(PER_CENTRE, key_func=lambda: f"centre:{centre.slug}"):
            content = form.content("name", "email", "message")
            actions.write_to_centre(centre, current_actor(), locale=current_locale(), **content)
    except RateLimitExceeded as reached:
        raise Invalid(
            _l("Many messages were sent within the hour. Keep yours and send it in an hour, or write by mail."),
            field="message",
        ) from reached
    return True


def _page(form: ContactForm, status: int = 200) -> Response:
    return make_response(render_template("front/contact.html", form=form), status)


@blueprint.get("/contact/<centre>/sent")
@public
def contact_sent(centre: str) -> str:
    """That the message is on its way, and what happens next."""
    found = find(working_centres().where(Centre.slug == centre))
    return render_template("front/contact_sent.html", centre=found)
