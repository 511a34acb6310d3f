"""Headers of mail that read, once decoded, exactly as they were written.

The standard library's own folding loses or adds blanks between encoded words of a long text.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import AddressHeader
from email.policy import EmailPolicy
from email.utils import quote
from typing import Any

WIDEST = 70  # of a word that may stand as it is: lines end between words alone


class Exact(EmailPolicy):
    """The usual policy, with text encoded in words that join without a gap."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """A subject is kept as it is: the library would decode what only looks encoded."""
        if name.lower() != "subject":
            return super().header_store_parse(name, value)
        return name, " ".join(str(value).split())

    def fold(self, name: str, value: Any) -> str:
        """A header as lines of text."""
        if name.lower() == "subject":
            return self._lines(name, _encoded(name, str(value)))
        is_foreign = isinstance(value, AddressHeader) and not str(value).isascii()
        if is_foreign:
            return self._lines(name, _mailboxes(name, value))
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        """A header as it travels."""
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")

    def _lines(self, name: str, folded: str) -> str:
        return f"{name}: {folded}".replace("\n", self.linesep) + self.linesep


def _encoded(name: str, text: str) -> str:
    """A text as ASCII, folded; what could be taken for an encoded word is encoded, too."""
    is_plain = text.isascii() and "=?" not in text and all(len(word) <= WIDEST for word in text.split())
    return Header(text, "us-ascii" if is_plain else "utf-8", header_name=name).encode()


def _mailboxes(name: str, value: Any) -> str:
    return ",\n ".join(
        f"{_phrase(name, box.display_name)} <{box.addr_spec}>" if box.display_name else box.addr_spec
        for box in value.addresses
    )


def _phrase(name: str, text: str) -> str:
    """A name before an address: encoded, or quoted."""
    return f'"{quote(text)}"' if text.isascii() else _encoded(name, text)
