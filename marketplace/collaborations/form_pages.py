"""The one page behind the forms of a collaboration: where one is, what is asked, one button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, make_response, render_template, request

from marketplace.collaborations.models import Collaboration
from marketplace.collaborations.views import names_of
from marketplace.web.actor import current_actor


def form_page(
    collaboration: Collaboration,
    form: Any,
    *,
    title: str,
    button: str,
    lead: str = "",
    kind: str = "primary",
    content: Sequence[tuple[str, str]] = (),
    status: int | None = None,
) -> Response:
    """The form, or the form with its errors (422); ``content`` is text of the other side to read above it."""
    status = status or (200 if request.method == "GET" else 422)
    return make_response(
        render_template(
            "collaborations/form.html",
            collaboration=collaboration,
            names=names_of(collaboration, current_actor()),
            form=form,
            title=title,
            button=button,
            lead=lead,
            kind=kind,
            content=content,
        ),
        status,
    )
