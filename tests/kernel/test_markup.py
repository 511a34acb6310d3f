"""Only real tags are taken out of a text."""

from __future__ import annotations

import pytest

from marketplace.kernel.markup import strip_markup


@pytest.mark.parametrize(
    "text",
    ["if a<p and q>r", "Keep pH <b 7 and pressure > 3 bar", "x <i> y", "a < b > c", "1<2", "<3", "AT&T; R&D",
     "https://a.example/?id=1&copy=2&reg=3&lt=4", "<script>", "x<ul", "<p", "List<String>", "i<a>b"],
)  # fmt: skip
def test_what_is_no_tag_stays(text: str) -> None:
    assert strip_markup(text) == text


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("<p>One</p><p>two</p>", "One\ntwo"),
        ('Find <b>leaks</b>, <a href="https://a.example/?a>b" class=x>here</a>.', "Find leaks, here."),
        ("One<br/>two<BR >three<li>four", "One\ntwo\nthreefour"),
        ("R&amp;D &lt;i&gt; 5 &times; 3 &#8364;", "R&D <i> 5 × 3 €"),
        ("<font color='red'>cut off", "cut off"),
    ],
)
def test_markup_is_taken_out(text: str, bare: str) -> None:
    assert strip_markup(text) == bare
