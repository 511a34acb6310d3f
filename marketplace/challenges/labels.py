"""Choices in words: fields, tracks, resources, rights, visibility, and what each means in plain language."""

from __future__ import annotations

from marketplace.kernel.locales import _l
from marketplace.people.sectors import SECTORS

FIELD_LABELS = SECTORS

TRACK_LABELS = {
    "top_down": _l("The company sets the task"),
    "bottom_up": _l("The company recommends a startup"),
    "on_demand": _l("Joint proposal"),
    "follow_up": _l("Follow-up of an earlier pair"),
}

COMPANY_KINDS = {
    "large": _l("Large company"),
    "mid_size": _l("Mid-size company"),
    "public": _l("Public company"),
    "sme": _l("Small or medium-sized company"),
    "startup": _l("Startup"),
    "non_profit": _l("Non-profit organisation"),
    "municipality": _l("Municipality"),
    "chamber": _l("Chamber of commerce"),
    "research": _l("Research institute"),
    "support": _l("Support organisation"),
    "funder": _l("Funder"),
    "centre": _l("Innovation centre"),
}

RESOURCE_LABELS = {
    "data": _l("Data"),
    "site": _l("A site to test on"),
    "experts": _l("Experts of the company"),
    "equipment": _l("Equipment"),
    "money": _l("Money"),
}

IP_LABELS = {
    "startup_keeps": _l("The startup keeps them"),
    "company_licence": _l("The company gets a licence"),
    "joint": _l("Shared by both"),
    "transfer": _l("Transferred against payment"),
    "other": _l("Other terms, in words"),
}

IP_MEANINGS = {
    "startup_keeps": _l(
        "What the startup brings and what it creates during the pilot stay its own. The company may use the result "
        "for the pilot itself; any further use is agreed in writing."
    ),
    "company_licence": _l(
        "What the startup brings and what it creates stay its own. The company receives the right to use the result "
        "in its own work; it may neither sell it nor pass it on. The agreement says for how long and for which sites."
    ),
    "joint": _l(
        "What each side brings stays its own. What is created in the pilot belongs to both in equal parts, and "
        "neither sells it without the other, unless the agreement says otherwise."
    ),
    "transfer": _l(
        "What is created in the pilot passes to the company, for a price that is agreed before the work begins. What "
        "the startup brought stays its own."
    ),
    "other": _l("The company states its own terms below. Ask before you apply if anything is unclear."),
}

VISIBILITY_LABELS = {
    "public": _l("Public, with the company’s name"),
    "anonymous": _l("Public, without the company’s name"),
    "invited": _l("Only startups you invite"),
}

VISIBILITY_MEANINGS = {
    "public": _l("Anyone may read it. Named challenges receive the most answers."),
    "anonymous": _l(
        "Anyone may read it, but sees a description instead of your name. The problem owner stays hidden until the "
        "call reveals who you are."
    ),
    "invited": _l("The startups on your list and the centres see it. It is in no public list or count."),
}

STATUS_LABELS = {
    "open": _l("Open now"),
    "upcoming": _l("Opening soon"),
    "closed": _l("Closed"),
    "reference": _l("Reference records"),
    "any": _l("All of them"),
}

BUDGET_LABELS = {
    "none": _l("No budget stated"),
    "to_20k": _l("Up to about EUR 20,000"),
    "to_50k": _l("EUR 20,000 to 50,000"),
    "to_100k": _l("EUR 50,000 to 100,000"),
    "to_250k": _l("EUR 100,000 to 250,000"),
    "over_250k": _l("More than EUR 250,000"),
}

DEADLINE_LABELS = {
    "week": _l("Within 7 days"),
    "month": _l("Within 30 days"),
    "quarter": _l("Within 90 days"),
    "none": _l("No deadline stated"),
}

QUALIFY_LABELS = {
    "yes": _l("You qualify"),
    "maybe": _l("You may qualify: something is missing"),
}

SORT_LABELS = {
    "best": _l("Best match"),
    "newest": _l("Newest first"),
    "closing": _l("Closing soonest first"),
}
