"""What a list of challenges is narrowed by: one vocabulary for pages, feeds, the public API and saved searches.

``Filters.of`` reads an address strictly and ``query`` writes it back in one canonical order, so that the same choice
always has the same address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from marketplace.calls.models import TRACKS, Call
from marketplace.catalogue import place_names
from marketplace.catalogue.filter_columns import JsonList, Periods, Reference, Span, TitleLanguages, Value
from marketplace.catalogue.filter_conditions import (
    PERIODS,
    budget_band,
    responsible_centre,
    shown_kind,
    shown_region,
    shown_sectors,
)
from marketplace.catalogue.vocabulary import filters_in, read_one, value_filter, values_filter
from marketplace.challenges import labels
from marketplace.challenges.models import FIELDS, IP_OPTIONS, Challenge
from marketplace.challenges.queries import closing
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import LOCALES, NAMES, _l, nfc
from marketplace.network.models import Centre
from marketplace.people.models import KINDS
from marketplace.people.sectors import SECTORS

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

STATUSES = ("open", "upcoming", "closed", "reference", "any")
SORTS = ("best", "newest", "closing")
TRL = tuple(str(level) for level in range(1, 10))
MOST = 60  # values in one address
LONGEST = 200  # characters of a search
REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,4}){0,2}")
SLUG = re.compile(r"[a-z0-9](-?[a-z0-9]){0,79}")
NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Filters:
    """What the address asks for. Several values of one kind widen it, several kinds narrow it together.

    A filter is declared here and nowhere else: addresses, lists, counts, saved searches and the API read it from its
    field. The order is that of a canonical address, after ``q`` and ``status``.
    """

    text: str = ""
    fields: tuple[str, ...] = values_filter(
        "field", _l("Field"), FIELDS, labels.FIELD_LABELS, JsonList(Challenge.fields),
        about=_l("Field of technology"), is_folded=False, is_ranked=True,
    )  # fmt: skip
    sectors: tuple[str, ...] = values_filter(
        "sector", _l("Sector of the company"), tuple(SECTORS), labels.FIELD_LABELS, JsonList(shown_sectors()),
        about=_l("Sector of the company, as far as it is told"), is_ranked=True,
    )  # fmt: skip
    regions: tuple[str, ...] = values_filter(
        "region", _l("Region"), REGION, place_names.names_of_regions, Value(shown_region()),
        about=_l("Code of a region, such as KR-27, or of a country"), hint=_l("a code such as KR-27"),
        is_folded=False, is_ranked=True,
    )  # fmt: skip
    centres: tuple[str, ...] = values_filter(
        "centre", _l("Centre"), SLUG, place_names.names_of_centres,
        Reference(responsible_centre(), id=Centre.id, called=Centre.slug),
        about=_l("Short name of a centre"), hint=_l("a centre’s name"), is_ranked=True,
    )  # fmt: skip
    calls: tuple[str, ...] = values_filter(
        "call", _l("Call"), NUMBER, place_names.titles_of_calls, Value(Challenge.call_id, read=int),
        about=_l("Number of a call"), hint=_l("the number of a call"), is_ranked=True,
    )  # fmt: skip
    tracks: tuple[str, ...] = values_filter(
        "track", _l("How it starts"), TRACKS, labels.TRACK_LABELS, Value(Call.track), about=_l("How it starts")
    )
    kinds: tuple[str, ...] = values_filter(
        "kind", _l("Kind of company"), KINDS, labels.COMPANY_KINDS, Value(shown_kind()),
        about=_l("Kind of organisation"), is_ranked=True,
    )  # fmt: skip
    trl: tuple[str, ...] = values_filter(
        "trl", _l("Readiness sought"), TRL, {level: f"TRL {level}" for level in TRL},
        Span(Challenge.trl_from, Challenge.trl_to), about=_l("Readiness level that is asked for"),
    )  # fmt: skip
    budgets: tuple[str, ...] = values_filter(
        "budget", _l("Budget"), tuple(labels.BUDGET_LABELS), labels.BUDGET_LABELS, Value(budget_band()),
        about=_l("Range of the budget, in euros"),
    )  # fmt: skip
    ip: tuple[str, ...] = values_filter(
        "ip", _l("Rights"), IP_OPTIONS, labels.IP_LABELS, Value(Challenge.ip_option),
        about=_l("Who keeps the rights to the result"),
    )  # fmt: skip
    languages: tuple[str, ...] = values_filter(
        "language", _l("Written in"), LOCALES, NAMES, TitleLanguages(), about=_l("Language that the text is written in")
    )
    deadline: str = value_filter(
        "deadline", _l("Deadline"), labels.DEADLINE_LABELS, Periods(closing(), PERIODS),
        about=_l("Closes within a week, a month or a quarter, or has no deadline"),
    )  # fmt: skip
    qualify: str = value_filter("qualify", _l("Whether you qualify"), labels.QUALIFY_LABELS, None)
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
        return cls(
            text=text,
            status=read_one("status", given["status"], STATUSES, "open"),
            sort=_sort_of(read_one("sort", given["sort"], SORTS, ""), text),
            **{each.attribute: each.read(given[each.name]) for each in FILTERS},
        )

    def query(self) -> list[tuple[str, str]]:
        """The canonical parameters of its address; what is usual is left out."""
        found = [("q", self.text)] if self.text else []
        if self.status != "open":
            found.append(("status", self.status))
        for each in FILTERS:
            found += [(each.name, value) for value in each.chosen(self)]
        if self.sort != _sort_of("", self.text):
            found.append(("sort", self.sort))
        return found

    @property
    def chosen(self) -> int:
        """How many values narrow it, the words aside."""
        return sum(len(each.chosen(self)) for each in FILTERS)

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


FILTERS = filters_in(fields(Filters))
PARAMETERS = ("q", "status", *(each.name for each in FILTERS), "sort")


def _text_of(given: list[str]) -> str:
    text = " ".join(nfc(" ".join(given)).split())
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise Invalid(_l("The words searched for are not readable text. Type them again."), "q")
    if len(text) > LONGEST:
        raise Invalid(
            _l("A search holds at most %(most)s characters. Leave out the words that matter least.", most=LONGEST), "q"
        )
    return text


def _sort_of(asked: str, text: str) -> str:
    """Best match ranks words: it is usual where there are some, and means nothing where there are none."""
    if asked in ("", "best"):
        return "best" if text else "newest"
    return asked
