"""The public lists beside the catalogue: calls, centres and organisations, each page read by the key it begins after.

Every list is read for somebody without an account, whoever asks.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload
from werkzeug.datastructures import MultiDict

from marketplace.calls import queries as call_queries
from marketplace.calls.models import TRACKS, Call
from marketplace.calls.states import CURRENT
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l, nfc
from marketplace.kernel.policy import ANONYMOUS
from marketplace.network import queries as network
from marketplace.network.models import Centre, Programme
from marketplace.people import directory
from marketplace.people.models import KINDS, Organisation
from marketplace.web.lookups import GREATEST

T = TypeVar("T")
Args = MultiDict[str, str]

SIZE, LARGEST = 20, 100
MOST_VALUES = 60
LONGEST = 200  # characters of a search
STATUSES = ("open", "upcoming", "closed", "reference", "any")
REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,4}){0,2}")
SLUG = re.compile(r"[a-z0-9-]{1,80}")
NUMBER = re.compile(r"[0-9]{1,19}")
CURSOR = re.compile(r"[A-Za-z0-9_-]{1,160}")


@dataclass(frozen=True)
class Slice(Generic[T]):
    """Some rows of a list of ``total``, and the cursor of those that follow."""

    rows: Sequence[T]
    next: str | None
    total: int


def calls(args: Args, now: datetime) -> Slice[Call]:
    """Published calls, newest first."""
    query = (
        call_queries.visible_to(ANONYMOUS)
        .outerjoin(Call.programme)
        .outerjoin(Programme.managing_centre)
        .outerjoin(Organisation, Organisation.id == Centre.id)
        .where(_has_status(read_value(args, "status", STATUSES, "open"), now))
    )
    if words := words_of(args):
        query = query.where(call_queries.has_text(words))
    if tracks := read_values(args, "track", TRACKS):
        query = query.where(Call.track.in_(tracks), ~call_queries.is_notice())  # a notice says nothing of tracks
    if regions := read_values(args, "region", REGION):
        query = query.where(Organisation.region_code.in_(regions))
    if centres := read_values(args, "centre", SLUG):
        query = query.where(Centre.slug.in_(centres))
    query = query.options(joinedload(Call.programme).joinedload(Programme.managing_centre))
    return slice_of(query, Call.id, args, "call", newest=True)


def _has_status(status: str, now: datetime) -> ColumnElement[bool]:
    if status == "reference":
        return Call.is_reference.is_(True)
    state = call_queries.state_at(now)
    ahead = or_(state == "published", and_(state == "open", func.coalesce(Call.opens_at, now) > now))
    kinds: dict[str, ColumnElement[bool]] = {
        "open": and_(state == "open", ~ahead),
        "upcoming": ahead,
        "closed": state.not_in(CURRENT),
        "any": Call.id.is_not(None),
    }
    return and_(Call.is_reference.is_(False), kinds[status]) if status != "any" else kinds[status]


def centres(args: Args) -> Slice[Centre]:
    """Every centre, by its short name."""
    query = network.centres_visible_to(ANONYMOUS).join(Organisation, Organisation.id == Centre.id)
    if regions := read_values(args, "region", REGION):
        query = query.where(Organisation.region_code.in_(regions))
    if words := words_of(args):
        named = directory.entries(ANONYMOUS, words, kinds=["centre"]).with_only_columns(Organisation.id)
        query = query.where(Centre.id.in_(named))
    query = query.options(joinedload(Centre.organisation).joinedload(Organisation.region), joinedload(Centre.network))
    return slice_of(query, Centre.slug, args, "centre")


def organisations(args: Args) -> Slice[Organisation]:
    """Verified organisations that chose to be found, centres and records from public sources, as they came."""
    words = words_of(args)
    query = directory.entries(
        ANONYMOUS, words, kinds=read_values(args, "kind", KINDS), regions=read_values(args, "region", REGION)
    )
    return slice_of(query, Organisation.id, args, "organisation")


def words_of(args: Args) -> str:
    """The words searched for. Raises Invalid for more than is read."""
    words = " ".join(nfc(args.get("q", "")).split())
    if len(words) > LONGEST:
        raise Invalid(_l("The search is longer than %(most)s characters.", most=LONGEST), "q")
    return words


def slugs_of(rows: Sequence[Challenge]) -> dict[int, str]:
    """The short names of the centres that some challenges were sent to, by id."""
    wanted = {row.centre_id for row in rows if row.centre_id is not None}
    query = select(Centre.id, Centre.slug).where(Centre.id.in_(wanted))
    return {row.id: row.slug for row in db.session.execute(query)} if wanted else {}


def read_values(args: Args, name: str, allowed: tuple[str, ...] | re.Pattern[str]) -> list[str]:
    """The values of a filter that may be given more than once. Raises Invalid for one that is not allowed."""
    values = args.getlist(name)
    if len(values) > MOST_VALUES:
        raise Invalid(_l("At most %(most)s values can be asked for at once.", most=MOST_VALUES), name)
    for value in values:
        if isinstance(allowed, tuple) and value not in allowed:
            raise Invalid(_l("%(field)s takes one of these: %(words)s.", field=name, words=", ".join(allowed)), name)
        if isinstance(allowed, re.Pattern) and not allowed.fullmatch(value):
            raise Invalid(_l("%(field)s is not written as it should be.", field=name), name)
    return sorted(set(values))


def read_value(args: Args, name: str, allowed: tuple[str, ...], usual: str) -> str:
    """The value of a filter that is given once."""
    found = read_values(args, name, allowed)
    if len(found) > 1:
        raise Invalid(_l("%(field)s can be given once.", field=name), name)
    return found[0] if found else usual


def size_of(args: Args) -> int:
    """How many rows are asked for. Raises Invalid beyond 1 to 100."""
    text = args.get("limit", str(SIZE))
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= LARGEST):
        raise Invalid(_l("limit is a whole number from 1 to %(most)s.", most=LARGEST), "limit")
    return int(text)


def slice_of(
    query: Select[Any], key: InstrumentedAttribute[Any], args: Args, kind: str, *, newest: bool = False
) -> Slice[Any]:
    """The rows of ``query`` after the cursor of the address, by ``key``."""
    number = key.type.python_type is int
    size, found = size_of(args), read_cursor(args.get("cursor"), kind, NUMBER if number else SLUG)
    after = int(found) if number and found is not None else found
    total = db.session.scalar(select(func.count()).select_from(query.options().order_by(None).subquery())) or 0
    if after is not None:
        query = query.where(key < after if newest else key > after)
    rows = db.session.scalars(query.order_by(key.desc() if newest else key).limit(size + 1)).unique().all()
    last = getattr(rows[size - 1], key.key) if len(rows) > size else None
    return Slice(rows[:size], None if last is None else write_cursor(kind, last), total)


def write_cursor(kind: str, value: Any) -> str:
    """Where the next page begins, for an address."""
    return base64.urlsafe_b64encode(f"{kind}:{value}".encode()).decode().rstrip("=")


def read_cursor(text: str | None, kind: str, shape: re.Pattern[str]) -> str | None:
    """What a cursor holds; None without one. Raises Invalid for anything this list did not write."""
    if text is None:
        return None
    broken = Invalid(_l("This cursor is not one of this list. Begin again without it."), "cursor")
    if not CURSOR.fullmatch(text):
        raise broken
    try:
        found, _, value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").partition(":")
    except ValueError as error:
        raise broken from error
    if found != kind or not shape.fullmatch(value) or write_cursor(kind, value) != text:
        raise broken
    if shape is NUMBER and int(value) > GREATEST:
        raise broken
    return value
