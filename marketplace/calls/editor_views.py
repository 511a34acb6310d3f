"""Building a call: its sections, its stages, its rules, and what is missing for publication."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from marketplace.calls import actions, editor, guards, labels
from marketplace.calls.forms import MoneyForm, NewCallForm, NoticeForm
from marketplace.calls.models import NOTICE, Call
from marketplace.calls.queries import visible_to, with_notice
from marketplace.calls.views import blueprint, call_page
from marketplace.kernel import policy
from marketplace.kernel.errors import Missing
from marketplace.kernel.locales import LOCALES, NAMES, _l
from marketplace.network.models import Programme
from marketplace.network.queries import programmes_visible_to
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find

SECTIONS = {
    "notice": _l("Notice"),
    "money": _l("Money and limits"),
    "stages": _l("Stages and dates"),
    "rules": _l("Eligibility rules"),
}


def own_call(id: int) -> Call:
    """A call that this person may edit; 404 where they may not see it, 403 where not edit it."""
    actor = current_actor()
    call = find(with_notice(visible_to(actor).where(Call.id == id)))
    policy.require(actor, "call.edit", call)
    return call


def editor_page(template: str, call: Call, section: str, status: int = 200, **context: Any) -> Response:
    """A page of the editor, with its tabs and what is still missing."""
    tabs = [
        {"label": _("Overview"), "href": url_for("calls.edit_call", id=call.id), "current": not section},
        *(
            {"label": label, "href": address_of(call, name), "current": name == section}
            for name, label in SECTIONS.items()
        ),
    ]
    lacking = list(guards.missing_parts(call)) if call.state == "draft" else []
    return make_response(
        render_template(
            template, call=call, tabs=tabs, missing=lacking, labels=labels, address_of=address_of, **context
        ),
        status,
    )


def address_of(call: Call, section: str) -> str:
    """The address of a section of the editor."""
    return url_for(f"calls.edit_{section}", id=call.id)


@blueprint.get("/calls/new", endpoint="new_call")
def new_call() -> Response:
    """What a draft begins with."""
    programme = _programme_for_call()
    form = NewCallForm(formdata=None, locale=current_locale())
    return make_response(render_template("calls/new_call.html", form=form, programme=programme, labels=labels))


@blueprint.post("/calls", endpoint="create_call")
def create_call() -> Response:
    """Begin a draft from its track's template."""
    programme, form = _programme_for_call(), NewCallForm()
    if (led_to := form.first_press()) is not None:
        return see_other(led_to or url_for("network.programme", id=programme.id))
    if form.validate():
        kind = form.bottom_up_kind.data or None
        call = form.take(
            lambda: editor.create_call(
                programme,
                current_actor(),
                title=str(form.title.data),
                locale=form.locale.data,
                track=form.track.data,
                bottom_up_kind=kind if form.track.data == "bottom_up" else None,
            )
        )
        if call is not None:
            flash(_("The draft is ready: its stages and usual rules are in place. Now complete the notice."), "done")
            return see_other(form.led_to(url_for("calls.edit_call", id=call.id)))
    page = render_template("calls/new_call.html", form=form, programme=programme, labels=labels)
    return make_response(page, 422)


def _programme_for_call() -> Programme:
    actor, asked = current_actor(), request.values.get("programme", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Missing
    programme = find(programmes_visible_to(actor).where(Programme.id == int(asked)))
    policy.require(actor, "call.create", programme)
    return programme


@blueprint.get("/calls/<int:id>/edit", endpoint="edit_call")
def edit_call(id: int) -> Response:
    """Where a call stands: what is there, what is missing, and publication."""
    call = own_call(id)
    leads = policy.can(current_actor(), "call.publish", call)
    return editor_page("calls/edit.html", call, "", leads=leads)


@blueprint.get("/calls/<int:id>/preview", endpoint="preview_call")
def preview_call(id: int) -> Response:
    """The call as the public will see it."""
    return call_page(own_call(id), current_actor(), preview=True)


def notice_form(call: Call, kind: type[Any] = NoticeForm, **values: Any) -> Any:
    """The words of a call by language, as a form shows them."""
    words = {f"{name}_{code}": getattr(text, name) for code, text in call.texts.items() for name in NOTICE}
    return kind(formdata=None, version=call.version, main_locale=call.main_locale, **words, **values)


def language_sets(form: Any, call: Call, names: tuple[str, ...] = NOTICE) -> list[tuple[str, str, bool, bool]]:
    """Each language with whether its words are there and whether they have errors, the main one first."""
    codes = sorted(LOCALES, key=lambda code: code != call.main_locale)
    return [
        (
            code,
            NAMES[code],
            any(form[f"{name}_{code}"].data for name in names),
            any(form[f"{name}_{code}"].errors for name in names),
        )
        for code in codes
    ]


@blueprint.route("/calls/<int:id>/edit/notice", methods=["GET", "POST"], endpoint="edit_notice")
def edit_notice(id: int) -> Response:
    """The words of the notice, in each language."""
    call = own_call(id)
    form, status = (NoticeForm(), 422) if request.method == "POST" else (notice_form(call), 200)
    if request.method == "POST" and form.validate():
        form_recovery.compare(lambda: notice_form(call))
        if form.take(lambda: editor.change_notice(
            call, current_actor(), form.notice(), form.main_locale.data, version=form.version_seen
        )):  # fmt: skip
            return back_to_section(call, "notice")
    return editor_page("calls/edit_notice.html", call, "notice", status, form=form, sets=language_sets(form, call))


@blueprint.route("/calls/<int:id>/edit/money", methods=["GET", "POST"], endpoint="edit_money")
def edit_money(id: int) -> Response:
    """Numbers, amounts and limits."""
    call = own_call(id)
    form, status = (MoneyForm(), 422) if request.method == "POST" else (MoneyForm.drawn_from(call), 200)
    if request.method == "POST" and form.validate():
        form_recovery.compare(lambda: MoneyForm.drawn_from(call))
        if form.take(lambda: editor.change_money(
            call, current_actor(), form.content(), version=form.version_seen
        )):  # fmt: skip
            return back_to_section(call, "money")
    return editor_page("calls/edit_money.html", call, "money", status, form=form)


def back_to_section(call: Call, section: str, anchor: str = "", words: str = "") -> Response:
    """Back to the section, with a word that it is kept."""
    flash(words or _("Saved."), "done")
    return see_other(address_of(call, section) + (f"#{anchor}" if anchor else ""))


@blueprint.post("/calls/<int:id>/publication", endpoint="publish_call")
def publish_call(id: int) -> Response:
    """Publish the notice."""
    call, form = own_call(id), Form()
    actions.publish_call(call, current_actor(), version=form.version_seen)
    flash(_("The call is published."), "done")
    return see_other(url_for("calls.show", id=call.id))
