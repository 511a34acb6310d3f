"""What one filter says of itself: its word in addresses and what it may hold, its labels, and where it looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from marketplace.catalogue.filter_columns import Column
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l, nfc

Names = Callable[[list[str], str], dict[str, str]]  # names by value, in a language


@dataclass(frozen=True, eq=False)
class Filter:
    """One filter, declared as the default of its field in ``Filters``.

    ``allowed`` holds its values, or the form of them with an example as ``hint``. ``column`` is where it looks;
    without one the reader's own verdicts are asked (``eligibility_bits``). ``about`` explains it to programs.
    """

    name: str  # in addresses
    legend: Any
    allowed: tuple[str, ...] | re.Pattern[str]
    words: Mapping[str, Any] | Names
    column: Column | None
    about: Any = ""
    hint: Any = ""
    is_folded: bool = True  # until something of it is chosen
    is_ranked: bool = False  # the most frequent first; others keep the order of their values
    is_many: bool = True
    attribute: str = ""

    def chosen(self, filters: Any) -> tuple[str, ...]:
        """The values that some filters ask for."""
        found: Any = getattr(filters, self.attribute)
        return found if self.is_many else (found,) if found else ()

    def read(self, given: list[str]) -> Any:
        """Each value once, in the order of the vocabulary; where there can be but one, the first. Raises Invalid."""
        if not self.is_many:
            return read_one(self.name, given, self.order([]), "")
        if wrong := sorted(value for value in given if not self.allows(value)):
            raise refusal_of(self.name, wrong[0], self.hint or ", ".join(self.order([])))
        return tuple(value for value in self.order(given) if value in given)

    def allows(self, value: str) -> bool:
        """Whether it is in the vocabulary, or of its form."""
        if isinstance(self.allowed, tuple):
            return value in self.allowed
        return self.allowed.fullmatch(value) is not None

    def order(self, values: list[str]) -> list[str]:
        """The vocabulary itself, or the values in the order of their signs."""
        return list(self.allowed) if isinstance(self.allowed, tuple) else sorted({*values})

    def labels(self, values: list[str], locale: str) -> Mapping[str, Any]:
        """Every value in words, or those asked for where they are names; what nobody knows stands for itself."""
        if not callable(self.words):
            return self.words
        return {value: value for value in values} | (self.words(values, locale) if values else {})


def values_filter(name: str, legend: Any, allowed: Any, words: Any, column: Column, **more: Any) -> Any:
    """A field of ``Filters`` that holds several values, which widen it."""
    return field(default=(), metadata={"filter": Filter(name, legend, allowed, words, column, **more)})


def value_filter(name: str, legend: Any, words: Mapping[str, Any], column: Column | None, **more: Any) -> Any:
    """A field of ``Filters`` that holds one value or none."""
    found = Filter(name, legend, tuple(words), words, column, is_folded=False, is_many=False, **more)
    return field(default="", metadata={"filter": found})


def filters_in(fields: Any) -> tuple[Filter, ...]:
    """The filters among the fields of a class, in their order."""
    return tuple(replace(each.metadata["filter"], attribute=each.name) for each in fields if each.metadata)


def read_one(name: str, given: Sequence[str], allowed: Sequence[str], usual: str) -> str:
    """The first value that was given, or what is usual. Raises Invalid."""
    if not given:
        return usual
    if given[0] not in allowed:
        raise refusal_of(name, given[0], ", ".join(allowed))
    return given[0]


def refusal_of(name: str, value: str, allowed: Any) -> Invalid:
    """That a filter cannot hold a value, and what it can."""
    shown = nfc(value).encode("utf-8", "replace").decode()[:40]
    return Invalid(
        _l("“%(value)s” is no value of “%(name)s”. It can be: %(allowed)s.", value=shown, name=name, allowed=allowed),
        name,
    )
