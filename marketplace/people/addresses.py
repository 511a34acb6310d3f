"""E-mail addresses: one mailbox is written one way, so that it has one account."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

from marketplace.kernel.unaccent import limit_marks

LONGEST = 1000  # letters; with more it is no address of anybody's, in whichever form


def normal_address(text: str) -> str:
    """An address in small letters, without what cannot be seen, its domain in the ASCII form that mail travels by.

    What is no address is only tidied.
    """
    composed = unicodedata.normalize("NFKC", limit_marks(text)).lower()
    seen = "".join(letter for letter in composed if not letter.isspace() and not _is_hidden(letter))
    if len(seen) > LONGEST:
        return seen
    try:
        found = validate_email(seen, check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        return seen
    return f"{found.local_part}@{found.ascii_domain}".lower()


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf") or letter in "\u115f\u1160\u3164\u2800"
