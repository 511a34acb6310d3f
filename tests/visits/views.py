"""The page of a visit."""

from __future__ import annotations

from flask import Blueprint, render_template_string
from flask.typing import ResponseReturnValue
from marketplace.visits.models import Visit
from marketplace.visits.queries import visible_to

from marketplace.web.actor import current_actor
from marketplace.web.lookups import find

blueprint = Blueprint("visits", __name__)


@blueprint.get("/visits/<int:id>")
def show(id: int) -> ResponseReturnValue:
    visit = find(visible_to(current_actor()).where(Visit.id == id))
    return render_template_string(
        '{% extends "layouts/app.html" %}{% block content %}{{ title }}{% endblock %}', title=visit.title
    )
