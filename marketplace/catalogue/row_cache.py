"""What was made of challenges for everybody alike, kept under the database's own stamps of all that it shows.

Rows of a page, entries of a feed and of the public interface are made from a challenge, its call, its company and
their texts. Each is kept under the stamps of those rows and under the state that holds now: it is never older than
what it is made from. Names of regions and short names of centres do not change.

A stamp is where a row lies and which transaction wrote it (``ctid``, ``xmin``), not its ``version``: texts have none,
and statements that write many rows at once raise none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, func, literal_column, select

from marketplace.catalogue import filter_conditions, results
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.kernel.shelf import per_app, weight_of
from marketplace.people.models import Organisation, OrganisationText

T = TypeVar("T")

ROOM_BYTES = 16 * 2**20  # of all that was made in each process

_made = per_app("made_of_challenges", ROOM_BYTES, weight_of)


def cached_rows(
    kind: str, manner: Any, ids: Sequence[int], make: Callable[[Sequence[Challenge]], Mapping[int, T]]
) -> list[T]:
    """What ``make`` makes of these challenges, by id, in this order; it is asked for those that are not kept.

    ``kind`` is what is made and ``manner`` all that it depends on beside the challenge, such as a language.
    """
    keys = {row[0]: (kind, manner, *row) for row in db.session.execute(_STAMPS, {"ids": list(ids)})} if ids else {}
    found: dict[int, T] = {id: thing for id, key in keys.items() if (thing := _made().get(key)) is not None}
    if missing := [id for id in ids if id in keys and id not in found]:
        anew = make(results.load_challenges(missing, ANONYMOUS))
        for id, thing in anew.items():
            _made().put(keys[id], thing)
        found.update(anew)
    return [found[id] for id in ids if id in found]


def _stamp(table: str) -> Any:
    return literal_column(f"({table}.ctid::text || {table}.xmin::text)")


def _of_texts(owned: Any, owner: Any, table: str) -> Any:
    return select(func.string_agg(_stamp(table), ",")).where(owned == owner).scalar_subquery()


_STAMPS = (
    queries.join_call_and_company(select(Challenge))
    .where(Challenge.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
    .with_only_columns(
        Challenge.id,
        queries.state_at(clock.NOW),
        filter_conditions.opening() > clock.NOW,
        queries.closing() < clock.NOW,  # a company may give its name then
        *map(_stamp, ("challenges", "calls", "organisations")),
        _of_texts(ChallengeText.challenge_id, Challenge.id, ChallengeText.__tablename__),
        _of_texts(OrganisationText.organisation_id, Organisation.id, OrganisationText.__tablename__),
    )
)
