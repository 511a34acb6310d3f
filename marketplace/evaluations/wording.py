"""What the codes of the deciding side are called: verdicts, fits, outcomes, reasons. Pages never show a code."""

from __future__ import annotations

from marketplace.kernel.locales import _l

VERDICTS = {
    "meets": ("done", _l("All rules met")),
    "fails": ("stopped", _l("A rule fails")),
    "cannot_tell": ("waiting", _l("To be judged")),
    "none": ("quiet", _l("Not checked yet")),
}
JUDGED = {"meets": _l("It meets the rule"), "fails": _l("It fails the rule"), "cannot_tell": _l("It cannot be told")}
FITS = {
    "strong": ("done", _l("Strong fit")),
    "possible": ("moving", _l("Possible fit")),
    "weak": ("stopped", _l("Weak fit")),
    "none": ("waiting", _l("No view yet")),
}
OUTCOMES = {
    "selected": ("done", _l("Selected")),
    "reserve": ("waiting", _l("Reserve")),
    "declined": ("stopped", _l("Declined")),
    "none": ("quiet", _l("To decide")),
}
REASONS = {
    "fit": _l("It does not answer the need well enough"),
    "readiness": _l("The solution is not ready enough"),
    "evidence": _l("The evidence does not carry the claim"),
    "team": _l("The team cannot carry it out as described"),
    "cost": _l("The cost stands in no relation to the result"),
    "places": _l("Good, but others were better and the places are few"),
    "other": _l("Another reason, given in the comments"),
}
AGES = {"7": _l("Longer than 7 days"), "14": _l("Longer than 14 days"), "30": _l("Longer than 30 days")}
