"""What a draft says that may count against it, in words: a second look that stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marketplace.applications.completeness import Gap, money_words
from marketplace.kernel.locales import _l
from marketplace.kernel.sentences import fill


def cautions_of(application: Any) -> list[Gap]:
    """Where the draft lies outside of what the challenge asks for, in the order of the form."""
    draft, challenge = application.draft, application.challenge
    return list(_cautions(draft, challenge)) if draft is not None and challenge is not None else []


def _cautions(draft: Any, challenge: Any) -> Iterator[Gap]:
    low, high = challenge.trl_from, challenge.trl_to
    if draft.trl_now is not None and low and not low <= draft.trl_now <= high:
        words = _l("You state TRL %(now)s, and the company looks for TRL %(low)s to %(high)s. Say how you get there.")
        yield Gap("trl_now", fill(words, now=draft.trl_now, low=low, high=high))
    if draft.amount is None or challenge.budget is None or draft.currency != challenge.currency:
        return
    if draft.amount > challenge.budget:
        words = _l(
            "You ask for %(asked)s, and the company plans %(budget)s for the pilot. Say what the difference is for."
        )
        asked, budget = (money_words(sum_, draft.currency) for sum_ in (draft.amount, challenge.budget))
        yield Gap("amount", fill(words, asked=asked, budget=budget))
