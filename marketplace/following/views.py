"""What a person follows: the list, saving and changing; stopping by the link of a message is in ``way_out_views``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any
from urllib.parse import parse_qsl

from babel.dates import get_day_names
from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from marketplace.catalogue.filters import Filters
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.following import actions, queries, saved_searches, topic_names
from marketplace.following.forms import FREQUENCY_LABELS, FollowForm, PlainForm, RhythmForm
from marketplace.following.models import Follow, Rhythm, Topic
from marketplace.kernel import policy
from marketplace.kernel.dates import hour_in
from marketplace.kernel.errors import Invalid, Missing
from marketplace.kernel.locales import _l
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre
from marketplace.network.queries import centres_visible_to
from marketplace.notifications.mail_preferences import refused_by
from marketplace.notifications.rendering import locale_of
from marketplace.notifications.views import actor_in_seat
from marketplace.people import queries as people
from marketplace.people.models import Organisation
from marketplace.people.time_zones import city_of
from marketplace.web import addresses, rail
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find, page_number

blueprint = Blueprint("following", __name__)


@dataclass(frozen=True)
class WantedTopic:
    """What somebody is about to follow: the column of its topic, and its words."""

    of: str
    subject: dict[str, int | str]
    named: topic_names.TopicName
    filters: Filters | None = None


def wanted_topic(of: str, parameters: MultiDict[str, str]) -> WantedTopic:
    """What an address asks to follow, where this reader may see it. Raises Missing and Invalid."""
    kind, _colon, key = of.partition(":")
    if not of:
        filters = Filters.of(parameters)
        subject: dict[str, int | str] = {"query": saved_searches.text_of(filters)}
    else:
        filters, subject = None, {f"{kind}_id": _id_of(kind, key, current_actor())}
    topic = Topic(id=0, **subject)
    return WantedTopic(of, subject, topic_names.name_topics([topic], current_locale())[0], filters)


def _id_of(kind: str, key: str, actor: Actor) -> int:
    if kind == "centre":
        return find(centres_visible_to(actor).where(Centre.slug == key)).id
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        raise Missing
    if kind == "challenge":
        followable = Challenge.published_at.is_not(None) & Challenge.is_reference.is_(False)
        return find(challenges.visible_to(actor).where(Challenge.id == int(key), followable)).id
    if kind == "organisation":
        known = people.visible_to(actor).where(Organisation.id == int(key), Organisation.kind != "centre")
        return find(known.where(Organisation.source.is_(None))).id
    raise Missing


@blueprint.get("/following")
def index() -> Response:
    """Everything this person follows, and when digests come."""
    return _list_page(queries.rhythm_of(_own_id()))


def _list_page(rhythm: Rhythm, form: RhythmForm | None = None, status: int = 200) -> Response:
    actor, locale = current_actor(), current_locale()
    form = form or RhythmForm(obj=rhythm, formdata=None).offer(locale)
    page = paginate(queries.visible_to(actor), page_number(request.args.get("page")))
    topics = [row.topic for row in page]
    shown = render_template(
        "following/index.html",
        page=page,
        named=topic_names.name_topics(topics, locale),
        seen=queries.visible_topics(topics, seats_of(actor)),
        frequencies=FREQUENCY_LABELS,
        form=form,
        times=digest_words(rhythm, locale),
        refused="alerts" in refused_by(_own_id()),
    )
    return make_response(shown, status)


def seats_of(actor: Actor) -> list[Actor]:
    """The actor, and the same person in each of their other seats."""
    others = people.seats(actor.user_id or 0) if actor.can_switch else []
    return [actor, *(actor_in_seat(actor, seat) for seat in others)]


def digest_words(rhythm: Rhythm, locale: str) -> dict[str, Any]:
    """When digests come, in words."""
    day = get_day_names("wide", "format", locale)[rhythm.weekday]
    given = {
        "hour": hour_in(time(rhythm.hour), locale),
        "zone": city_of(queries.zone_of(rhythm.user_id), locale),
        "day": day,
    }
    return {
        "now": _("One message for each piece of news, as soon as it happens."),
        "daily": _("One message with everything, at %(hour)s (%(zone)s); none where there is nothing.", **given),
        "weekly": _(
            "One message with everything, on %(day)s at %(hour)s (%(zone)s); none where there is nothing.", **given
        ),
    }


@blueprint.get("/following/new")
def new() -> Response:
    """What following means, before it is saved; the address is that of the search, or names something else."""
    found = wanted_topic(request.args.get("of", ""), addresses.parameters())
    present = queries.follow_of(current_actor(), **found.subject)
    if present is not None:
        return see_other(url_for("following.show", id=present.id))
    return _form_page(found, FollowForm(of=_carried(found), formdata=None))


def _carried(found: WantedTopic) -> str:
    return found.of or f"?{found.subject['query']}"


def _form_page(found: WantedTopic, form: FollowForm, status: int = 200, follow: Follow | None = None) -> Response:
    rhythm = queries.rhythm_of(_own_id())
    user = current_user.session.user
    shown = render_template(
        "following/form.html",
        form=form,
        named=found.named,
        kind=found.named.kind,
        filters=found.filters,
        follow=follow,
        times=digest_words(rhythm, current_locale()),
        to=user.email,
        language=locale_of(user),
        confirmed=policy.can(current_actor(), "follow.create"),
        refused="alerts" in refused_by(user.id),
    )
    return make_response(shown, status)


@blueprint.post("/following")
def create() -> Response:
    """Follow it."""
    policy.require(current_actor(), "follow.create")
    form = FollowForm()
    of = str(form.of.data or "")
    if not of:
        raise Invalid(_l("Choose what you want to follow on its page, or above the list of challenges."), field="of")
    found = wanted_topic("" if of.startswith("?") else of, MultiDict(parse_qsl(of.removeprefix("?"))))
    saved = form.validate() and form.take(
        lambda: actions.follow_topic(
            current_actor(), str(form.frequency.data), name=str(form.name.data or ""), **found.subject
        )
    )
    if not saved:
        return _form_page(found, form, 422)
    flash(_("You follow from now on: %(name)s.", name=saved.name or found.named.plain), "done")
    return see_other(url_for("following.index") if found.filters else found.named.path)


def find_own(id: int) -> Follow:
    """One of this person's own follows."""
    return find(queries.visible_to(current_actor()).where(Follow.id == id))


@blueprint.get("/following/<int:id>")
def show(id: int) -> Response:
    """One follow: how often, under which name, and the way to stop."""
    follow = find_own(id)
    form = FollowForm(frequency=follow.frequency, name=follow.name or "", formdata=None)
    return _form_page(_followed(follow), form, follow=follow)


def _followed(follow: Follow) -> WantedTopic:
    topic, locale = follow.topic, current_locale()
    named = topic_names.name_topics([topic], locale)[topic.id]
    if topic.id not in queries.visible_topics([topic], seats_of(current_actor())):
        named = topic_names.hidden_name(named)
    return WantedTopic("", {}, named, saved_searches.read(topic.query) if topic.query is not None else None)


@blueprint.post("/following/<int:id>")
def change(id: int) -> Response:
    """Hear of it more or less often, under another name where the form has one."""
    follow, form = find_own(id), FollowForm()
    changed = form.validate() and form.take(
        lambda: actions.change_follow(
            follow,
            current_actor(),
            frequency=str(form.frequency.data),
            name=form.name.data if "name" in request.form else None,
        )
    )
    if not changed:
        return _form_page(_followed(follow), form, 422, follow)
    flash(_("Saved."), "done")
    return see_other(url_for("following.index"))


@blueprint.post("/following/<int:id>/ending")
def stop(id: int) -> Response:
    """Follow it no longer."""
    PlainForm().validate()
    actions.stop_following(find_own(id), current_actor())
    flash(_("You no longer follow it."), "done")
    return see_other(url_for("following.index"))


@blueprint.post("/following/rhythm")
def set_rhythm() -> Response:
    """Choose when digests come."""
    policy.require(current_actor(), "follow.create")
    rhythm = queries.rhythm_of(_own_id())
    form = RhythmForm().offer(current_locale())
    done = form.validate() and form.take(
        lambda: actions.set_rhythm(current_actor(), hour=form.hour.data, weekday=form.weekday.data)
    )
    if not done:
        return _list_page(rhythm, form, 422)
    flash(_("Saved."), "done")
    return see_other(url_for("following.index"))


def _own_id() -> int:
    return current_actor().user_id or 0


rail.place(
    78,
    _l("Following"),
    "following.index",
    "eye",
    lambda actor: actor.signed_in,
    within=("following.index", "following.new", "following.show"),
)
