"""The parameters of an address, read strictly."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from flask import request
from werkzeug.datastructures import MultiDict

from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l


def parameters() -> MultiDict[str, str]:
    """The parameters of this address. Raises Invalid where it is not UTF-8, which would be read as other words."""
    try:
        unquote_to_bytes(request.query_string).decode()
    except UnicodeDecodeError:
        raise Invalid(_l("This address is not readable text: it must be UTF-8. Type the words again."), "q") from None
    return request.args
