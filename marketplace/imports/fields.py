"""What a file can tell of a challenge or a call: each field's name, meaning, kind, and the headers it is known by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from marketplace.challenges.labels import COMPANY_KINDS, IP_LABELS, RESOURCE_LABELS
from marketplace.imports import headings
from marketplace.kernel.locales import NAMES, _l
from marketplace.network.labels import BOTTOM_UP_KINDS, TRACKS
from marketplace.people.models import DEMAND_KINDS


@dataclass(frozen=True)
class Field:
    """``kind``: line, text, list, choice, choices, language, country, day, when, moment, amount, currency, number
    or link.

    ``last`` takes the last of several days in a cell, else the first. ``example`` stands in the file to download.
    """

    name: str
    label: Any
    help: Any
    kind: str
    example: str = ""
    required: bool = False
    choices: Mapping[str, Any] | None = None
    least: int = 0
    most: int = 0
    last: bool = False

    @property
    def aliases(self) -> tuple[str, ...]:
        """The headers it is known by elsewhere, the likelier ones first."""
        return headings.of(self.name)


ID = Field(
    "id",
    _l("Identifier"),
    _l("What the source calls the row. It makes an import repeatable: the same identifier is the same record."),
    "line",
    "W-2026-01",
)
TITLE = Field(
    "title",
    _l("Title"),
    _l("A short title. Where it is missing, the first words of the description stand in."),
    "line",
    "Find leaks in buried pipes",
)
TITLE_NEEDED = replace(TITLE, help=_l("A short title."), required=True)
SPONSOR = Field(
    "sponsor",
    _l("Company or sponsor"),
    _l("The name of the organisation that has the problem."),
    "line",
    "Haneul Water (invented)",
)
DESCRIPTION = Field(
    "description",
    _l("Description of the problem"),
    _l("What should be solved, in full. Markup is taken out."),
    "text",
    "A third of the water is lost on its way. The pipes lie one to three metres deep.",
)
SUMMARY = Field(
    "summary",
    _l("Public summary"),
    _l("Two or three sentences. Where it is missing, the description’s beginning."),
    "text",
    "We want to hear leaks before the street does.",
)
CRITERIA = Field(
    "criteria",
    _l("What counts as success"),
    _l("How both sides will know that it worked."),
    "text",
    "Nine leaks of ten are found within a week.",
)
LANGUAGE = Field(
    "language",
    _l("Language of the texts"),
    _l("English, French or Korean: en, fr or ko."),
    "language",
    "en",
    required=True,
    choices=NAMES,
)
CATEGORIES = Field(
    "categories",
    _l("Fields and key words"),
    _l("Several are separated by semicolons. What they mean is matched to the fields of technology used here."),
    "list",
    "water; sensors",
)
BUDGET = Field(
    "prize",
    _l("Budget or prize"),
    _l("One amount, without the currency."),
    "amount",
    "140000000",
)
CURRENCY = Field(
    "currency",
    _l("Currency"),
    _l("Three letters: KRW, CAD, EUR, USD …"),
    "currency",
    "KRW",
)
SPONSOR_KIND = Field(
    "sponsor_kind",
    _l("Kind of company"),
    _l("Used where the company is not known here yet: large, mid_size, public, sme, non_profit or municipality."),
    "choice",
    "large",
    choices={code: words for code, words in COMPANY_KINDS.items() if code in DEMAND_KINDS},
)
COUNTRY = Field(
    "country",
    _l("Country of the source"),
    _l("Two letters: KR, CA, FR … A last day counts until it has ended there."),
    "country",
    "KR",
)
OPENS = Field(
    "opens",
    _l("Opens on"),
    _l("A day, written 2026-03-31. Of several days in a cell the first counts."),
    "day",
    "2026-03-02",
)
CLOSES = Field(
    "closes",
    _l("Closes on"),
    _l("A day, written 2026-03-31. Of several days in a cell the last counts."),
    "day",
    "2026-03-31",
    last=True,
)
URL = Field(
    "url",
    _l("Link to the original"),
    _l("A web address that begins with https:// or http://."),
    "link",
    "https://water.example/challenges/1",
)
SOURCE = Field(
    "source",
    _l("Source"),
    _l("Where the rows come from, as readers will see it beside each record."),
    "line",
    "Open data of a city",
    required=True,
)
LICENCE = Field(
    "licence",
    _l("Licence"),
    _l("Under which terms the source lets its texts be shown: “CC BY 4.0”, say."),
    "line",
    "CC BY 4.0",
    required=True,
)

TRL_FROM = Field(
    "trl_from",
    _l("Readiness from"),
    _l("The lowest readiness level sought, from 1 to 9."),
    "number",
    "4",
    required=True,
    least=1,
    most=9,
)
TRL_TO = Field(
    "trl_to",
    _l("Readiness to"),
    _l("The highest readiness level sought, from 1 to 9."),
    "number",
    "7",
    required=True,
    least=1,
    most=9,
)
RESOURCES = Field(
    "resources",
    _l("Resources offered"),
    _l("One or more of: data, site, experts, equipment, money; separated by semicolons."),
    "choices",
    "data; site",
    required=True,
    choices=RESOURCE_LABELS,
)
IP = Field(
    "ip_option",
    _l("Rights to the result"),
    _l("One of: startup_keeps, company_licence, joint, transfer; or its words on this site."),
    "choice",
    "startup_keeps",
    required=True,
    choices={code: words for code, words in IP_LABELS.items() if code != "other"},
)
OWNER = Field(
    "owner_name",
    _l("Problem owner"),
    _l("The person at the company who owns the problem. Kept from the public until the call reveals it."),
    "line",
    "Kim Haneul",
    required=True,
)
OWNER_ROLE = Field(
    "owner_role",
    _l("Role of the problem owner"),
    _l("What this person does at the company."),
    "line",
    "Head of networks",
)
DECISION = Field(
    "decision_date",
    _l("Decision date"),
    _l("The day the company promises an answer, written 2026-06-30."),
    "day",
    "2026-06-30",
    required=True,
    last=True,
)
PURCHASE = Field(
    "purchase_route",
    _l("Route to purchase after a pilot"),
    _l("What follows a good pilot, and who decides on it."),
    "text",
    "A framework contract for two years.",
    required=True,
)
WHY_NOW = Field(
    "why_now",
    _l("Why now"),
    _l("What makes it urgent."),
    "text",
)
CONSTRAINTS = Field(
    "constraints",
    _l("Constraints"),
    _l("What a solution must respect."),
    "text",
)
SOUGHT = Field(
    "startups_sought",
    _l("Startups sought"),
    _l("How many startups may be chosen; one where nothing is said."),
    "number",
    "1",
    least=1,
    most=100,
)

TRACK = Field(
    "track",
    _l("How it starts"),
    _l("One of: top_down, bottom_up, on_demand, follow_up; or its words on this site."),
    "choice",
    "top_down",
    required=True,
    choices=TRACKS,
)
LINKED = Field(
    "bottom_up_kind",
    _l("What a recommendation is linked to"),
    _l("Only where companies recommend: private_linked, cluster_linked or zone_linked."),
    "choice",
    choices=BOTTOM_UP_KINDS,
)
SUBJECT = Field(
    "subject",
    _l("Subject of the call"),
    _l("What the call is about."),
    "text",
    "Pilots that save water in cities.",
)


def _notice(name: str, label: Any) -> Field:
    return Field(name, label, _l("A part of the notice, in words."), "text")


NOTICE = (
    _notice("eligibility", _l("Who may apply")),
    _notice("how_to_apply", _l("How to apply")),
    _notice("amount", _l("What is granted")),
    _notice("basis_of_selection", _l("Basis of selection")),
    _notice("ranking_figure", _l("The figure that ranks")),
    _notice("contact", _l("Contact")),
)
NOTICE_DATE = Field("notice_date", _l("Notice date"), _l("The day on which age and seat are judged."), "day")
DECISIONS_BY = Field(
    "decisions_by", _l("Answers promised by"), _l("The day by which applicants get their answer."), "day"
)
AWARDS = Field(
    "award_count",
    _l("Number of awards"),
    _l("How many pairs may be chosen."),
    "number",
    "10",
    least=1,
    most=100_000,
)
AWARD_AMOUNT = Field(
    "award_amount",
    _l("Amount of an award"),
    _l("One amount, without the currency."),
    "amount",
    "140000000",
)
OWN_SHARE = Field(
    "own_contribution_percent",
    _l("Own contribution of the startup (%)"),
    _l("A whole number from 0 to 100."),
    "number",
    "20",
    least=0,
    most=100,
)

NOTICE_TEXT = _l("What the other programme announces, in full. Markup is taken out.")
MOMENT = _l("A day and an hour in the centre’s zone: 2026-03-31 16:00. Without an hour, the whole day counts.")


# Of records from elsewhere: a day alone is a day, an hour that is named counts.
WINDOW = (
    replace(OPENS, kind="when", help=_l("A day, written 2026-03-31, with an hour and a zone where they are known.")),
    replace(CLOSES, kind="when", help=_l("The last day, or the hour of it: 2026-03-31 16:00 KST.")),
)


def _needed(*names: Field) -> tuple[Field, ...]:
    return tuple(replace(field, required=True) for field in names)


FIELDS: dict[str, tuple[Field, ...]] = {
    "reference_challenges": (
        ID, TITLE, DESCRIPTION, SUMMARY, SPONSOR, LANGUAGE, CATEGORIES, *WINDOW, BUDGET, CURRENCY, CRITERIA, URL,
        SOURCE, COUNTRY, LICENCE,
    ),
    "candidates": (
        ID, TITLE_NEEDED, *_needed(SPONSOR), SPONSOR_KIND, *_needed(DESCRIPTION), SUMMARY, *_needed(CRITERIA), LANGUAGE,
        WHY_NOW, CONSTRAINTS, CATEGORIES, TRL_FROM, TRL_TO, SOUGHT, RESOURCES, BUDGET, CURRENCY, IP,
        OWNER, OWNER_ROLE, DECISION, PURCHASE,
    ),
    "reference_calls": (
        ID, TITLE, replace(DESCRIPTION, label=_l("Text of the notice"), help=NOTICE_TEXT, example=SUBJECT.example),
        NOTICE[0], LANGUAGE, *WINDOW, BUDGET, CURRENCY, URL, SOURCE, COUNTRY, LICENCE,
    ),
    "draft_calls": (
        ID, TITLE_NEEDED, SUBJECT, *NOTICE, LANGUAGE, TRACK, LINKED, NOTICE_DATE,
        replace(OPENS, kind="moment", help=MOMENT), replace(CLOSES, kind="moment", help=MOMENT), DECISIONS_BY,
        AWARDS, AWARD_AMOUNT, BUDGET, CURRENCY, OWN_SHARE,
    ),
}  # fmt: skip


def of(kind: str) -> dict[str, Field]:
    """The fields of a kind of import, by name, in their order."""
    return {field.name: field for field in FIELDS[kind]}
