"""How much one request may bring: bytes and fields, told before anything of it is read.

Who has no account sends little: a page for everybody takes a few fields, unless its view says ``@takes``. Servers bound
single headers and the address; what they leave open, the number of fields in a body or an address, is bounded here.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, abort, current_app, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from marketplace.web.actor import is_public

View = TypeVar("View", bound=Callable[..., Any])

FIELDS, PUBLIC_FIELDS = 1000, 50
PUBLIC_BYTES = 100_000
IN_ADDRESS = 500  # fields of a query string
URLENCODED = "application/x-www-form-urlencoded"


def takes_whole_forms(view: View) -> View:
    """Let a page for everybody take as many bytes as those for people with an account: it carries a held form."""
    view.takes_whole_forms = True  # type: ignore[attr-defined]
    return view


class CountingParser(FormDataParser):
    """Counts the fields of a body before it makes objects of them, as Werkzeug does for multipart ones alone."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Any:
        if mimetype == URLENCODED and self.max_form_parts is not None:
            body = stream.read()
            stream.read(1)  # where no length was told, this says that there is more than may be
            if body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class BoundedRequest(Request):
    """A request whose fields are counted before they are read."""

    form_data_parser_class = CountingParser


def _bound() -> None:
    if request.query_string.count(b"&") >= IN_ADDRESS:
        request.__dict__["args"] = ImmutableMultiDict()  # nobody reads them after this, not even the page that says so
        abort(414)
    request.max_form_parts = FIELDS
    if not is_public(request.endpoint):
        return
    request.max_form_parts = PUBLIC_FIELDS
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "takes_whole_forms", False):
        request.max_content_length = min(PUBLIC_BYTES, current_app.config["MAX_CONTENT_LENGTH"])


def init_app(app: Flask) -> None:
    """Bound every request, before anybody looks into it."""
    app.before_request(_bound)
