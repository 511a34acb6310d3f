"""The members of an organisation, and the invitations that bring them."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import or_, select

from marketplace.kernel import clock, policy
from marketplace.kernel.db import rollback
from marketplace.kernel.errors import Forbidden, Missing
from marketplace.kernel.policy import ROLE_LABELS
from marketplace.people import actions, member_actions, queries
from marketplace.people.forms import InvitedForm, InviteForm
from marketplace.people.models import Invitation, Membership, Organisation
from marketplace.people.views import begin_session, blueprint
from marketplace.people.waiting import invitations_to
from marketplace.web.actor import current_actor, public
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.limits import account, limiter
from marketplace.web.lookups import find

INVITATIONS = "60 per hour"


def _organisation(organisation_id: int) -> Organisation:
    actor = current_actor()
    found = find(queries.visible_to(actor).where(Organisation.id == organisation_id))
    policy.require(actor, "organisation.view_private", found)
    return found


@blueprint.get("/organisations/<int:organisation_id>/members")
def members(organisation_id: int) -> Response:
    """Who belongs to it, who is invited, and what a leader can change."""
    return _members_page(_organisation(organisation_id), InviteForm(formdata=None))


def _members_page(organisation: Organisation, form: InviteForm, status: int = 200) -> Response:
    roles = member_actions.roles_of(organisation)
    actor = current_actor()
    belongs = actor.organisation_id == organisation.id
    invitations = queries.open_invitations(organisation.id)
    shown = render_template(
        "people/members.html",
        organisation=organisation,
        form=form.offer(member_actions.roles_offered(organisation, actor)),
        roles=roles,
        role_labels=ROLE_LABELS,
        members=queries.members_of(organisation.id),
        # Whoever is invited has agreed to nothing yet: their address is for whoever sent it.
        invitations=[one for one in invitations if belongs or one.invited_by_id == actor.user_id],
        may_invite=policy.can(actor, "organisation.invite", organisation),
        may_lead=policy.can(actor, "organisation.edit", organisation),
        belongs=belongs,
    )
    return make_response(shown, status)


@blueprint.post("/organisations/<int:organisation_id>/invitations")
@limiter.limit(INVITATIONS, key_func=account)
def invite(organisation_id: int) -> Response:
    """Invite an address to a role."""
    organisation = _organisation(organisation_id)
    policy.require(current_actor(), "organisation.invite", organisation)
    form = InviteForm()
    form.offer(member_actions.roles_offered(organisation, current_actor()))
    here = url_for("people.members", organisation_id=organisation.id)
    if not form.validate():
        return _members_page(organisation, form, 422)
    if (led := form.first_press()) is not None:
        return see_other(led or here)
    sent = form.take(
        lambda: member_actions.invite(organisation, current_actor(), str(form.email.data), str(form.role.data))
    )
    if not sent:
        return _members_page(organisation, form, 422)
    flash(_("The invitation is on its way to %(email)s. It works for seven days.", email=sent.email), "done")
    return see_other(form.led_to(here))


@blueprint.post("/invitations/<int:invitation_id>/revocation")
def revoke_invitation(invitation_id: int) -> Response:
    """Take an invitation back."""
    actor = current_actor()
    own = or_(Invitation.organisation_id == actor.organisation_id, Invitation.invited_by_id == actor.user_id)
    invitation = find(select(Invitation).where(Invitation.id == invitation_id, own))
    member_actions.revoke_invitation(invitation, actor)
    flash(_("The invitation is taken back."), "done")
    return see_other(url_for("people.members", organisation_id=invitation.organisation_id))


@blueprint.post("/invitations/<int:invitation_id>/acceptance")
def join(invitation_id: int) -> Response:
    """Join the organisation that invited this person's own address, and act for it at once."""
    invitation = find(invitations_to(current_actor(), clock.now()).where(Invitation.id == invitation_id))
    token = actions.issue_invitation_token(invitation)
    current_user.session.membership = member_actions.accept_invitation(token, current_user.session.user)
    flash(_("You have joined %(name)s.", name=invitation.organisation.name(current_locale())), "done")
    return see_other("/desk")


@blueprint.post("/memberships/<int:membership_id>/role")
def change_role(membership_id: int) -> Response:
    """Give a member another role."""
    actor = current_actor()
    own = Membership.organisation_id == actor.organisation_id
    membership = find(select(Membership).where(Membership.id == membership_id, own))
    member_actions.change_role(membership, actor, request.form.get("role", ""))
    flash(_("The role is changed."), "done")
    return see_other(url_for("people.members", organisation_id=membership.organisation_id))


@blueprint.get("/invitations/<token>")
@public
def accept_invitation(token: str) -> Response:
    """What the invitation is for, and the way to take it: join, sign in, or open an account."""
    invitation = queries.live_invitation(actions.token_hash(token))
    if invitation is None:
        return _gone()
    return _invitation_page(invitation, token, InvitedForm(formdata=None))


def _invitation_page(invitation: Invitation, token: str, form: InvitedForm, status: int = 200) -> Response:
    shown: dict[str, Any] = {
        "invitation": invitation,
        "token": token,
        "form": form,
        "role": ROLE_LABELS[invitation.role],
        "has_account": _has_account(invitation),
        "is_theirs": current_user.is_authenticated and current_user.session.user.email == invitation.email,
    }
    return make_response(render_template("people/invitation.html", **shown), status)


def _has_account(invitation: Invitation) -> bool:
    """Whether the invited person can sign in; an account that nobody confirmed may be a stranger's."""
    user = queries.user_by_email(invitation.email)
    return user is not None and user.email_verified_at is not None


def _gone() -> Response:
    rollback()
    return make_response(render_template("people/dead_invitation.html"), 410)


@blueprint.post("/invitations/<token>", endpoint="accept_invitation_now")
@public
def accept_invitation_now(token: str) -> Response:
    """Join with the account one has, or with a new one for the invited address."""
    try:
        if current_user.is_authenticated:
            membership = member_actions.accept_invitation(token, current_user.session.user)
            current_user.session.membership = membership
        else:
            joined = _join_as_new(token)
            if isinstance(joined, Response):
                return joined
            membership = joined
    except Missing:
        return _gone()
    name = membership.organisation.name(current_locale())
    flash(_("Welcome: you now act for %(name)s.", name=name), "done")
    return see_other("/desk")


def _join_as_new(token: str) -> Membership | Response:
    invitation = queries.live_invitation(actions.token_hash(token))
    if invitation is None:
        raise Missing
    if _has_account(invitation):
        raise Forbidden(_("This address has an account. Sign in with it first, then open the invitation again."))
    form = InvitedForm()
    membership: Membership | None = None
    if form.validate():
        membership = form.take(
            lambda: member_actions.accept_invitation_as_new(
                token,
                name=str(form.name.data),
                password=str(form.password.data),
                locale=current_locale(),
                consents=form.consents(),
            )
        )
    if membership is None:
        return _invitation_page(invitation, token, form, 422)
    begin_session(membership.user, membership)
    return membership
