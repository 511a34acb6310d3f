"""The list of words says what pages say."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from config import ROOT


def test_words_of_the_trade_are_those_of_pages() -> None:
    table = (ROOT / "docs" / "words.md").read_text("utf-8").partition("## Words of the house")[0]
    rows = re.findall(r"^\| `.*?` \| (.*?) \| (.*?) \| (.*?) \|", table, re.M)
    assert len(rows) > 25
    for place, locale in ((1, "fr"), (2, "ko")):
        with (ROOT / "marketplace" / "translations" / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
            words = {message.id: message.string for message in read_po(file)}
        assert [(row[0], words.get(row[0])) for row in rows if words.get(row[0]) != row[place]] == []
