"""What cannot be read is refused in words, in the reader's language, and never a failure of ours."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.challenges.cast import make_challenge
from tests.world import Rows

BEYOND = 2**63


@pytest.mark.parametrize(
    "path", ["/challenges/%s", "/calls/%s", "/organisations/%s", "/challenges/%s/applications/new"]
)
def test_number_beyond_every_row_is_no_page(client: FlaskClient, path: str) -> None:
    found = client.get(path % BEYOND)
    assert (found.status_code, "There is no such page" in found.text) == (404, True)


@pytest.mark.parametrize("path", ["/challenges?q=%00", "/organisations?region=%00", "/calls?region=%00"])
def test_nul_in_an_address_is_refused_or_ignored(client: FlaskClient, rows: Rows, path: str) -> None:
    with rows():
        make_challenge()
    assert client.get(path).status_code in (200, 303, 400)


@pytest.mark.parametrize("code", ["en", "fr", "ko"])
@pytest.mark.parametrize("status", [405, 413])
def test_refused_request_is_answered_in_the_language_of_the_page(client: FlaskClient, code: str, status: int) -> None:
    body = b"x" * 10_000_000 if status == 413 else b""
    found = client.post(f"/{'sign-in' if status == 413 else 'challenges/mine'}?lang={code}", data=body)
    assert (found.status_code, f'lang="{code}"' in found.text) == (status, True)
