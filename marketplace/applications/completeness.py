"""What a draft still lacks, in words, answer by answer: one list for the form, the preview and the guard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency

from marketplace.kernel.locales import Sentence, _l
from marketplace.kernel.sentences import fill, language

SECTIONS = {
    "idea": ("title", "solution", "fit", "evidence", "pair_evidence"),
    "work": ("team", "timeline", "needs"),
    "readiness": ("trl_now",),
    "money": ("amount", "own_cash", "own_in_kind"),
}
OPTIONAL = frozenset({"needs"})


@dataclass(frozen=True)
class Gap:
    """An answer that stops the submission: the form's field and what is wrong with it."""

    field: str
    text: Any


WRITTEN = {
    "title": _l("Give your application a title."),
    "solution": _l("Describe your solution."),
    "fit": _l("Say how it fits the need."),
    "evidence": _l("Give the evidence so far."),
    "pair_evidence": _l("Say what the two of you have done together, and where that can be seen."),
    "team": _l("Present the team."),
    "timeline": _l("Give the timeline."),
}


def money_words(amount: Decimal, currency: str | None) -> Sentence:
    """An amount as its reader's language writes it."""
    pattern = "#,##0.00 ¤¤" if amount % 1 else "#,##0 ¤¤"
    return Sentence(
        lambda: format_currency(amount, currency or "XXX", pattern, locale=language(), currency_digits=False)
    )


def own_needed(amount: Decimal, percent: int) -> Decimal:
    """What the startup adds itself, in cash or in kind: a share of the amount it asks for."""
    return (amount * percent / 100).quantize(Decimal("0.01"))


def asked_fields(application: Any) -> tuple[str, ...]:
    """The answers that must be given; evidence of the pair only where the track follows up on one."""
    names = [name for group in SECTIONS.values() for name in group if name not in OPTIONAL]
    if application.origin != "follow_up":
        names.remove("pair_evidence")
    if not application.call.own_contribution_percent:
        names = [name for name in names if name not in ("own_cash", "own_in_kind")]
    return tuple(names)


def gaps_of(application: Any) -> list[Gap]:
    """Everything that stops the draft from being submitted, in the order of the form."""
    draft = application.draft
    return list(_gaps(application, draft)) if draft is not None else []


def _gaps(application: Any, draft: Any) -> Iterator[Gap]:
    for name in asked_fields(application):
        if name in WRITTEN and not (getattr(draft, name) or "").strip():
            yield Gap(name, WRITTEN[name])
    if draft.trl_now is None:
        yield Gap("trl_now", _l("Say which readiness level you have reached."))
    yield from _money_gaps(application.call, draft)


def _money_gaps(call: Any, draft: Any) -> Iterator[Gap]:
    if draft.amount is None or draft.amount <= 0:
        yield Gap("amount", _l("Say which amount you ask for."))
        return
    if call.award_amount is not None and draft.amount > call.award_amount:
        words = _l("Ask for %(most)s at most: %(over)s too much for this call.")
        over = money_words(draft.amount - call.award_amount, call.currency)
        yield Gap("amount", fill(words, most=money_words(call.award_amount, call.currency), over=over))
    needed = own_needed(draft.amount, call.own_contribution_percent)
    own = (draft.own_cash or Decimal(0)) + (draft.own_in_kind or Decimal(0))
    if own < needed:
        words = _l(
            "Add %(needed)s at least in cash or in kind, %(percent)s%% of what you ask for: %(short)s is missing."
        )
        told = fill(
            words,
            needed=money_words(needed, call.currency),
            percent=call.own_contribution_percent,
            short=money_words(needed - own, call.currency),
        )
        yield Gap("own_cash", told)


@dataclass(frozen=True)
class Progress:
    """How far a draft is: answers given of answers asked, in all and by section."""

    given: int
    asked: int
    sections: dict[str, tuple[int, int]]


def progress_of(application: Any) -> Progress:
    """Counts the answers that stand."""
    wrong = {gap.field for gap in gaps_of(application)}
    draft, asked = application.draft, set(asked_fields(application))
    sections = {}
    for section, names in SECTIONS.items():
        wanted = [name for name in names if name in asked]
        if wanted:
            sections[section] = (sum(_stands(draft, name, wrong) for name in wanted), len(wanted))
    return Progress(sum(g for g, _ in sections.values()), sum(a for _, a in sections.values()), sections)


def _stands(draft: Any, name: str, wrong: set[str]) -> bool:
    if name == "own_in_kind":
        return draft.own_in_kind is not None or "own_cash" not in wrong
    return name not in wrong
