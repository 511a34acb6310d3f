"""Words for the fixed lists of an organisation's profile."""

from __future__ import annotations

from marketplace.kernel.locales import _l

KIND_LABELS = {
    "large": _l("Large company"),
    "mid_size": _l("Mid-size company"),
    "public": _l("Public company or institution"),
    "sme": _l("Small or medium-sized company"),
    "startup": _l("Startup"),
    "non_profit": _l("Non-profit organisation"),
    "municipality": _l("Municipality"),
    "chamber": _l("Chamber or business association"),
    "research": _l("Research organisation"),
    "support": _l("Support organisation"),
    "funder": _l("Funder"),
    "centre": _l("Innovation centre"),
}
LEGAL_FORM_LABELS = {
    "sole_trader": _l("Sole trader"),
    "company": _l("Incorporated company"),
    "cooperative": _l("Co-operative"),
    "association": _l("Association"),
    "public_body": _l("Public body"),
    "other": _l("Other legal form"),
}
ORIGIN_LABELS = {
    "new": _l("Newly founded"),
    "converted": _l("Converted from a sole trader into a company"),
    "restarted": _l("Restarted after an earlier business closed"),
}
CONSENT_LABELS = {
    "terms": _l("The terms of use"),
    "privacy": _l("Use of my personal data"),
    "contact": _l("Mails about programmes and events"),
    "statistics": _l("Counting in published statistics, without my name"),
}
AFFILIATION_LABELS = {
    "affiliate": _l("Affiliate: one owns or runs the other, or both have the same owner"),
    "shareholder": _l("Shareholder: it holds shares in the other organisation"),
}
SCHEME_LABELS = {
    "KR-BRN": _l("Korean business registration number"),
    "CA-QC-NEQ": _l("Quebec enterprise number (NEQ)"),
    "FR-SIREN": _l("French company number (SIREN)"),
    "other": _l("Another register"),
}
SECTION_LABELS = {
    "description": _l("What it does"),
    "website": _l("Website"),
    "sectors": _l("Sectors"),
    "region": _l("Region and zones"),
    "figures": _l("Staff and revenue of the latest years"),
    "people": _l("People to talk to"),
    "challenges": _l("Challenges it has published"),
    "wins": _l("Challenges it was selected for"),
    "outcomes": _l("Published outcomes"),
}
SECTION_NOTES = {
    "description": _l("The description of your profile; the directory then finds you by its words too."),
    "website": _l("The address of your profile, as a link."),
    "sectors": _l("What you work in. The filters of the challenge list use it in any case."),
    "region": _l("Where your headquarters stand. A challenge that names you says so in any case."),
    "figures": _l("Hidden until you tick it. Investment received is never shown."),
    "people": _l("Hidden until you tick it: the names and roles that you list on a page of their own."),
    "challenges": _l("Those that name you. One that is anonymous or for invited startups never appears here."),
    "wins": _l("Hidden until you tick it: open challenges of named companies whose decisions are announced."),
    "outcomes": _l("Those whose publication all sides agreed to."),
}
