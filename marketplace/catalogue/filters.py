"""What a list of challenges is narrowed by: one vocabulary for pages, feeds, the public API and saved searches.

``Filters.of`` reads an address strictly and ``query`` writes it back in one canonical order, so that the same choice
always has the same address.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from marketplace.calls.models import TRACKS
from marketplace.challenges.models import FIELDS, IP_OPTIONS
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import LOCALES, _l, nfc
from marketplace.people.models import KINDS
from marketplace.people.sectors import SECTORS

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

STATUSES = ("open", "upcoming", "closed", "reference", "any")
SORTS = ("best", "newest", "closing")
TRL = tuple(str(level) for level in range(1, 10))
BUDGETS = ("none", "to_20k", "to_50k", "to_100k", "to_250k", "over_250k")  # in euros; see catalogue.in_euros
DEADLINES = ("week", "month", "quarter", "none")
QUALIFY = ("yes", "maybe")  # of the startup that reads: see qualifying
MOST = 60  # values in one address
FORMS = {"region": _l("a code such as KR-27"), "centre": _l("a centre’s name"), "call": _l("the number of a call")}
LONGEST = 200  # characters of a search

# The parameters of an address in their canonical order, after ``q`` and ``status``: name, attribute, what it may be.
MANY: tuple[tuple[str, str, tuple[str, ...] | re.Pattern[str]], ...] = (
    ("field", "fields", FIELDS),
    ("sector", "sectors", tuple(SECTORS)),
    ("region", "regions", re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,4}){0,2}")),
    ("centre", "centres", re.compile(r"[a-z0-9](-?[a-z0-9]){0,79}")),
    ("call", "calls", re.compile(r"[1-9][0-9]{0,8}")),
    ("track", "tracks", TRACKS),
    ("kind", "kinds", KINDS),
    ("trl", "trl", TRL),
    ("budget", "budgets", BUDGETS),
    ("ip", "ip", IP_OPTIONS),
    ("language", "languages", LOCALES),
)
PARAMETERS = ("q", "status", *(name for name, _, _ in MANY), "deadline", "qualify", "sort")


@dataclass(frozen=True)
class Filters:
    """What the address asks for. Several values of one kind widen it, several kinds narrow it together."""

    text: str = ""
    fields: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    centres: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    trl: tuple[str, ...] = ()
    budgets: tuple[str, ...] = ()
    ip: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    deadline: str = ""
    qualify: str = ""
    status: str = "open"
    sort: str = "newest"

    @classmethod
    def of(cls, args: MultiDict[str, str], *, qualifies: bool = False) -> Filters:
        """The filters of an address; parameters of other names are left alone.

        Raises Invalid with the parameter and what it may hold. ``qualify`` is for a startup that is signed in alone,
        as ``qualifies`` says: lists that are the same for everybody refuse it.
        """
        given = {name: [value for value in args.getlist(name) if value] for name in PARAMETERS}
        if sum(len(values) for values in given.values()) > MOST:
            raise Invalid(_l("An address holds at most %(most)s filters. Choose fewer of them.", most=MOST), "filters")
        if given["qualify"] and not qualifies:
            raise Invalid(
                _l("Only a startup that is signed in can see what it qualifies for, and only in the list itself."),
                "qualify",
            )
        text = _text_of(given["q"])
        values = {attribute: _values_of(name, given[name], allowed) for name, attribute, allowed in MANY}
        return cls(
            text=text,
            deadline=_one_of("deadline", given["deadline"], DEADLINES, ""),
            qualify=_one_of("qualify", given["qualify"], QUALIFY, ""),
            status=_one_of("status", given["status"], STATUSES, "open"),
            sort=_sort_of(_one_of("sort", given["sort"], SORTS, ""), text),
            **values,
        )

    def query(self) -> list[tuple[str, str]]:
        """The canonical parameters of its address; what is usual is left out."""
        found = [("q", self.text)] if self.text else []
        if self.status != "open":
            found.append(("status", self.status))
        for name, attribute, _ in MANY:
            found += [(name, value) for value in getattr(self, attribute)]
        if self.deadline:
            found.append(("deadline", self.deadline))
        if self.qualify:
            found.append(("qualify", self.qualify))
        if self.sort != _sort_of("", self.text):
            found.append(("sort", self.sort))
        return found

    @property
    def chosen(self) -> int:
        """How many values narrow it, the words aside."""
        return sum(len(getattr(self, attribute)) for _, attribute, _ in MANY) + bool(self.deadline) + bool(self.qualify)

    @property
    def narrows(self) -> bool:
        """Whether it leaves something out of its status."""
        return bool(self.text or self.chosen)

    def plain(self) -> Filters:
        """The same status without anything that narrows."""
        return Filters(status=self.status, sort=_sort_of(self.sort, ""))

    def shared(self) -> Filters:
        """The same for everybody: feeds, saved searches and addresses that are passed on."""
        return replace(self, qualify="")

    def without(self, attribute: str, rest: tuple[str, ...] = ()) -> Filters:
        """The same without one kind of value, or with the rest of it."""
        value: Any = "" if isinstance(getattr(self, attribute), str) else rest
        return replace(self, **{attribute: value})


def _text_of(given: list[str]) -> str:
    text = " ".join(nfc(" ".join(given)).split())
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise Invalid(_l("The words searched for are not readable text. Type them again."), "q")
    if len(text) > LONGEST:
        raise Invalid(
            _l("A search holds at most %(most)s characters. Leave out the words that matter least.", most=LONGEST), "q"
        )
    return text


def _values_of(name: str, given: Iterable[str], allowed: Collection[str] | re.Pattern[str]) -> tuple[str, ...]:
    """Each value once, in the order of the vocabulary."""
    chosen = set(given)
    if isinstance(allowed, re.Pattern):
        wrong = sorted(value for value in chosen if not allowed.fullmatch(value))
        if wrong:
            raise _refused(name, wrong[0], FORMS[name])
        return tuple(sorted(chosen))
    wrong = sorted(chosen - set(allowed))
    if wrong:
        raise _refused(name, wrong[0], ", ".join(allowed))
    return tuple(value for value in allowed if value in chosen)


def _one_of(name: str, given: list[str], allowed: tuple[str, ...], usual: str) -> str:
    if not given:
        return usual
    if given[0] not in allowed:
        raise _refused(name, given[0], ", ".join(allowed))
    return given[0]


def _sort_of(asked: str, text: str) -> str:
    """Best match ranks words: it is usual where there are some, and means nothing where there are none."""
    if asked in ("", "best"):
        return "best" if text else "newest"
    return asked


def _refused(name: str, value: str, allowed: Any) -> Invalid:
    shown = nfc(value).encode("utf-8", "replace").decode()[:40]
    return Invalid(
        _l("“%(value)s” is no value of “%(name)s”. It can be: %(allowed)s.", value=shown, name=name, allowed=allowed),
        name,
    )
