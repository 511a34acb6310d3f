"""Numbers of company registers: how each is written, and whether its check digit is right."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l

KOREA, QUEBEC, FRANCE = "KR-BRN", "CA-QC-NEQ", "FR-SIREN"
SCHEMES = (KOREA, QUEBEC, FRANCE)
QUEBEC_STARTS = ("11", "22", "33", "88")


def normal_number(scheme: str, number: str) -> str:
    """The number as it is stored: known ones in digits alone, others as written."""
    if scheme not in SCHEMES:
        return " ".join(number.split())
    return "".join(c for c in number if c not in " -.\u00a0")


def number_problem(scheme: str, number: str) -> Any:
    """Why this cannot be a number of that register, for people; None where it can. Takes the stored form."""
    if not number:
        return _l("Enter the number under which the register knows the organisation.")
    if scheme not in SCHEMES:
        return None
    if not (number.isascii() and number.isdigit()):
        return _l("This number holds digits alone.")
    return {KOREA: _korean, QUEBEC: _quebec, FRANCE: _french}[scheme](number)


def format_number(scheme: str | None, number: str | None) -> str:
    """The number as people write it."""
    if not number:
        return ""
    if scheme == KOREA and len(number) == 10:
        return f"{number[:3]}-{number[3:5]}-{number[5:]}"
    if scheme == FRANCE and len(number) == 9:
        return f"{number[:3]} {number[3:6]} {number[6:]}"
    return number


def _korean(number: str) -> Any:
    """Nine digits are weighed, the eighth weight also by its tens; the tenth completes the sum."""
    if len(number) != 10:
        return _l("A Korean business registration number has 10 digits, such as 123-45-67891.")
    digits = [int(c) for c in number]
    total = sum(d * w for d, w in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False)) + digits[8] * 5 // 10
    if (total + digits[9]) % 10:
        return _l("The last digit does not fit the others. Check the number.")
    return None


def _quebec(number: str) -> Any:
    if len(number) != 10 or not number.startswith(QUEBEC_STARTS):
        return _l("A Quebec enterprise number has 10 digits and begins with 11, 22, 33 or 88.")
    return None


def _french(number: str) -> Any:
    if len(number) != 9:
        return _l("A SIREN has 9 digits.")
    doubled = (int(c) * (2 if place % 2 else 1) for place, c in enumerate(number))
    if sum(d - 9 if d > 9 else d for d in doubled) % 10:
        return _l("The last digit does not fit the others. Check the number.")
    return None
