"""A published text is corrected in the open: what, when and why; what others rely on stays as it was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.challenges import guards
from marketplace.challenges.models import Challenge, ChallengeSnapshot, ChallengeText
from marketplace.challenges.sections import LABELS, SECTIONS, content_of
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import LOCALES, NAMES, Sentence, _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.sentences import fill

DESCRIBING = ("title", "summary", "problem", "why_now")  # other texts bind: conditions, criteria, rights, payment
BINDS = _l("%(text)s: it binds those who rely on it, and stays as published.")
KEPT = _l("%(text)s: a published text is corrected, not taken out.")
TEXTS = tuple(name for section in SECTIONS for name in section.texts)


def correction_obstacle(challenge: Challenge) -> Any:
    """Why a text cannot be corrected now; None where it can."""
    if challenge.is_reference or challenge.published_at is None:
        return _l("Only a published challenge is corrected; before that its text is simply changed.")
    if challenge.state_at(clock.now()) != "open":
        return _l("Applications have closed: the text stays as those who applied have read it.")
    return None


def open_texts(challenge: Challenge, locale: str) -> tuple[str, ...]:
    """The texts that may be written in a language: those that describe, and translations of what stands elsewhere."""
    own, others = challenge.texts.get(locale), [row for code, row in challenge.texts.items() if code != locale]
    return tuple(
        name
        for name in TEXTS
        if (_words(own, name) and name in DESCRIBING)
        or (not _words(own, name) and any(_words(row, name) for row in others))
    )


def correct_challenge(
    challenge: Challenge,
    actor: Actor,
    texts: Mapping[str, Mapping[str, str]],
    note: str,
    version: int | None = None,
) -> list[str]:
    """Correct what describes, or add a language; returns what changed, as ``title.fr``.

    The note is public. Whoever writes an application or follows is told where words changed that they have read.
    """
    policy.require(actor, "challenge.correct", challenge)
    expect_version(challenge, version)
    if message := correction_obstacle(challenge):
        raise Blocked(message)
    changes = list(_changes(challenge, texts))
    if not changes:
        raise Invalid(_l("Nothing is different from what is published."))
    if not note.strip():
        raise Invalid(_l("Say what you corrected: everybody will read it."), field="note")
    corrected = [f"{name}.{code}" for code, name, _ in changes if _words(challenge.texts.get(code), name)]
    _keep_as_published(challenge)
    for code, name, words in changes:
        row = challenge.texts.get(code) or challenge.texts.setdefault(code, ChallengeText(locale=code))
        setattr(row, name, words)
    _expect_presentable(challenge, note)
    touch(challenge)
    challenge.snapshots.append(ChallengeSnapshot(number=len(challenge.snapshots) + 1, content=content_of(challenge)))
    db.session.flush()
    changed = [f"{name}.{code}" for code, name, _ in changes]
    events.record(
        "challenge.correct", challenge, actor, reason=note.strip(), data={"fields": changed, "corrected": corrected}
    )
    return changed


def _changes(challenge: Challenge, texts: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Language, text and new words of all that is different. Raises Invalid for what binds, or would be taken out."""
    for code in (code for code in LOCALES if code in texts):
        allowed = open_texts(challenge, code)
        for name, given in texts[code].items():
            words, before = (given or "").strip(), _words(challenge.texts.get(code), name)
            if words == before:
                continue
            if name not in allowed:
                raise Invalid(fill(BINDS, text=_named(name, code)))
            if not words:
                raise Invalid(fill(KEPT, text=_named(name, code)))
            yield code, name, words


def _words(row: ChallengeText | None, name: str) -> str:
    return (getattr(row, name) or "").strip() if row is not None else ""


def _keep_as_published(challenge: Challenge) -> None:
    """What was published stays readable to company and staff, also where no company had sent it."""
    published = content_of(challenge)
    if not challenge.snapshots or challenge.snapshots[-1].content != published:
        challenge.snapshots.append(ChallengeSnapshot(number=len(challenge.snapshots) + 1, content=published))


def _expect_presentable(challenge: Challenge, note: str) -> None:
    """Every language has a title, and nothing tells who a hidden company is. Raises Invalid."""
    for code, row in challenge.texts.items():
        if not _words(row, "title"):
            raise Invalid(fill(_l("%(text)s: write it in this language too."), text=_named("title", code)))
    if message := guards.keeps_its_secrets(challenge):
        raise Invalid(message)
    if message := guards.gives_away(challenge, note):
        raise Invalid(message, field="note")


def in_words(changed: list[str]) -> list[str]:
    """``Title (Français)`` for ``title.fr``."""
    pairs = (name.partition(".") for name in changed)
    return [str(_named(name, code)) for name, _, code in pairs if name in LABELS and code in NAMES]


def _named(name: str, code: str) -> Sentence:
    return Sentence(lambda: f"{LABELS[name]} ({NAMES[code]})")
