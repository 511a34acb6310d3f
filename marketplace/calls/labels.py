"""What people read for the codes of tracks, stages, rules and choices."""

from __future__ import annotations

from marketplace.kernel.locales import _l

TRACKS = {
    "top_down": _l("Companies set the task"),
    "bottom_up": _l("Companies recommend a startup"),
    "on_demand": _l("Company and startup propose together"),
    "follow_up": _l("A proven pair goes on"),
}
TRACK_NOTES = {
    "top_down": _l("Companies post challenges, some are chosen, then startups apply to one of them."),
    "bottom_up": _l("A company names the startup it chose; the startup confirms and completes the application."),
    "on_demand": _l("Both sides find each other, write one proposal and both sign it off."),
    "follow_up": _l("A pair that worked together elsewhere applies with evidence of what it did."),
}
BOTTOM_UP_KINDS = {
    "private_linked": _l("Linked to a company’s own programme"),
    "cluster_linked": _l("Linked to a cluster"),
    "zone_linked": _l("Linked to a free economic zone"),
}
STAGE_KINDS = {
    "companies_apply": _l("Companies apply"),
    "startups_apply": _l("Startups apply"),
    "screening": _l("Eligibility check"),
    "paper": _l("Evaluation on paper"),
    "meetup": _l("Meet-up"),
    "presentation": _l("Presentation"),
    "refinement": _l("Refinement with a mentor"),
    "final": _l("Decision"),
    "agreement": _l("Agreement"),
}
STAGE_ACTORS = {
    "companies": _l("Demand companies"),
    "startups": _l("Startups"),
    "both": _l("Company and startup"),
    "centre": _l("The managing centre"),
    "panel": _l("The evaluation panel"),
}
RULE_KINDS = {
    "age": _l("Age on the notice date"),
    "region": _l("Headquarters region"),
    "zone": _l("Site in a zone"),
    "kind": _l("Kind of organisation"),
    "representatives": _l("All representatives qualify"),
    "no_earlier_award": _l("No earlier award in the programme"),
    "running_grants": _l("Running grants"),
    "not_affiliated": _l("Not linked to the demand company"),
    "no_sanction": _l("No exclusion in force"),
    "declaration": _l("Self-declaration"),
}
FIT_ROLES = {
    "advisory": _l("The company’s view advises the centre"),
    "gate": _l("Only applications the company finds fitting go on"),
}
IDENTITY = {
    "never": _l("Never"),
    "at_closing": _l("When applications close"),
    "at_pairing": _l("To the startup it is paired with"),
}
NOTICE = {
    "title": _l("Title"),
    "subject": _l("Subject"),
    "eligibility": _l("Who may apply"),
    "how_to_apply": _l("How to apply"),
    "amount": _l("Amount and what it may pay for"),
    "basis_of_selection": _l("Basis of selection"),
    "ranking_figure": _l("Which figure ranks applications"),
    "contact": _l("Contact"),
}
