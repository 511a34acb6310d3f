"""What is to become of a milestone, in words: of the title, of who delivers it, of the day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.collaborations.models import MilestoneChange
from marketplace.kernel.locales import Sentence, _l
from marketplace.kernel.sentences import day, fill

LABELS = {"title": _l("What is reached"), "owner_id": _l("Who delivers it"), "due_on": _l("Due on")}


def changes_in_words(change: MilestoneChange, names: Mapping[int, str]) -> list[tuple[Any, Any, Any]]:
    """Label, old and new value of all that differs; ``names`` as this reader may read them."""
    return [(LABELS[name], _shown(name, old, names), _shown(name, new, names)) for name, old, new in change.differing]


def sentence(change: MilestoneChange, names: Mapping[int, str]) -> Sentence:
    """The same as one line that names the milestone, for histories and messages."""
    parts = [
        fill(_l("%(label)s: %(old)s → %(new)s"), label=label, old=old, new=new)
        for label, old, new in changes_in_words(change, names)
    ]
    return Sentence(lambda: f"{change.old_title} · {'; '.join(str(part) for part in parts)}")


def _shown(name: str, value: Any, names: Mapping[int, str]) -> Any:
    if name == "due_on":
        return day(value)
    return names.get(value, "–") if name == "owner_id" else value
