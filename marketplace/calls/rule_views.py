"""Eligibility rules of a draft, in plain forms by kind."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from marketplace.calls import editor, labels
from marketplace.calls.editor_views import back_to_section, editor_page, own_call
from marketplace.calls.eligibility_facts import place_names
from marketplace.calls.forms import RuleForm
from marketplace.calls.models import RULE_KINDS, Call, EligibilityRule
from marketplace.calls.rule_words import sentence
from marketplace.calls.views import blueprint
from marketplace.kernel.errors import Missing
from marketplace.network.fields import place_choices
from marketplace.places.queries import all_regions, all_zones
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale


@blueprint.get("/calls/<int:id>/edit/rules", endpoint="edit_rules")
def edit_rules(id: int) -> Response:
    """The rules as the public reads them, and kinds to add."""
    call = own_call(id)
    names = place_names({rule.kind for rule in call.rules})
    rules = [(rule, sentence(rule.kind, rule.params, names)) for rule in call.rules]
    taken = {rule.kind for rule in call.rules}
    left = [kind for kind in RULE_KINDS if kind not in taken]
    return editor_page("calls/edit_rules.html", call, "rules", rules=rules, left=left, with_fields=RuleForm.FIELDS)


def _form(call: Call, kind: str, posted: bool, **values: Any) -> RuleForm:
    """The form of a kind of rule; places are those of the managing centre's country."""
    if kind not in RULE_KINDS:
        raise Missing
    form = (RuleForm() if posted else RuleForm(formdata=None, version=call.version, **values)).keep(kind)
    country = _country(call)
    if kind in ("region", "zone"):
        regions = [r for r in all_regions(current_locale()) if country in (None, r.country)]
        if kind == "region":
            form.regions.choices = place_choices(regions, current_locale())
        else:
            codes = {region.code for region in regions}
            form.zones.choices = place_choices(
                [zone for zone in all_zones(current_locale()) if zone.region_code in codes], current_locale()
            )
    return form


def _country(call: Call) -> str | None:
    centre = call.programme.managing_centre.organisation if call.programme else None
    return centre.region_code[:2] if centre is not None and centre.region_code else None


def _page(call: Call, kind: str, form: RuleForm, status: int, rule: EligibilityRule | None = None) -> Response:
    action = (
        url_for("calls.change_rule", id=call.id, rule_id=rule.id)
        if rule is not None
        else url_for("calls.add_rule", id=call.id, kind=kind)
    )
    return editor_page(
        "calls/rule.html", call, "rules", status, form=form, kind=kind, heading=labels.RULE_KINDS[kind],
        action=action, fields=RuleForm.FIELDS.get(kind, ()), is_new=rule is None,
    )  # fmt: skip


@blueprint.route("/calls/<int:id>/rules/new", methods=["GET", "POST"], endpoint="add_rule")
def add_rule(id: int) -> Response:
    """One more rule; a kind that asks nothing further is added at once."""
    call, kind = own_call(id), request.args.get("kind", "")
    form = _form(call, kind, request.method == "POST")
    if request.method == "POST" and form.validate():
        rule = form.take(
            lambda: editor.add_rule(
                call, current_actor(), kind=kind, params=form.params(kind), version=form.version_seen
            )
        )
        if rule is not None:
            return back_to_section(call, "rules", "", _("The rule is added."))
    return _page(call, kind, form, 422 if request.method == "POST" else 200)


def _rule_of(call: Call, rule_id: int) -> EligibilityRule:
    found = next((rule for rule in call.rules if rule.id == rule_id), None)
    if found is None:
        raise Missing
    return found


@blueprint.route("/calls/<int:id>/rules/<int:rule_id>", methods=["GET", "POST"], endpoint="change_rule")
def change_rule(id: int, rule_id: int) -> Response:
    """What a rule asks for."""
    call = own_call(id)
    rule = _rule_of(call, rule_id)
    if request.method == "GET" and rule.kind not in RuleForm.FIELDS:
        return see_other(url_for("calls.edit_rules", id=call.id))
    form = _form(call, rule.kind, request.method == "POST", **rule.params)
    if request.method == "POST" and form.validate():
        form_recovery.compare(lambda: _form(call, rule.kind, False, **rule.params))
        editor.change_rule(call, rule, current_actor(), params=form.params(rule.kind), version=form.version_seen)
        return back_to_section(call, "rules")
    return _page(call, rule.kind, form, 422 if request.method == "POST" else 200, rule)


@blueprint.post("/calls/<int:id>/rules/<int:rule_id>/removal", endpoint="remove_rule")
def remove_rule(id: int, rule_id: int) -> Response:
    """A rule out of the call."""
    call, form = own_call(id), Form()
    editor.remove_rule(call, _rule_of(call, rule_id), current_actor(), version=form.version_seen)
    return back_to_section(call, "rules", "", _("The rule is gone."))
