"""``flask people``: enough for a first operator; everybody else comes by the pages."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.kernel.db import commit, db
from marketplace.kernel.errors import Blocked, Invalid
from marketplace.kernel.locales import DEFAULT
from marketplace.kernel.typed_text import clean_line, holds_link
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people import leadership, passwords, queries
from marketplace.people.actions import start_organisation
from marketplace.people.addresses import normal_address
from marketplace.people.models import KINDS, ROLES, Membership, Organisation, OrganisationText, User

group = AppGroup("people", help="Accounts and memberships, for the operator.")


def ask_password(given: str | None) -> str:
    """The password of the option, else asked for without showing it."""
    password = given or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        raise click.ClickException(f"A password has from {passwords.SHORTEST} to {passwords.LONGEST} characters.")
    try:
        passwords.demand_strong(password)
    except Invalid as refused:
        raise click.ClickException(str(refused.message)) from None
    return str(password)


def clean_name(given: str) -> str:
    """A name as the pages take it: one line that says something."""
    name = clean_line(given)
    if not name or holds_link(name):
        raise click.ClickException("A name has a letter or a figure, and no web or e-mail address.")
    return name


def organisation_named(text: str, kind: str | None) -> Organisation:
    """An organisation by its number or exact name; one that is missing is made where its kind is given."""
    if text.isdecimal():
        found = db.session.get(Organisation, int(text))
    else:
        same = select(Organisation).join(OrganisationText).where(OrganisationText.name == text).distinct()
        several = db.session.scalars(same).all()
        if len(several) > 1:
            numbers = ", ".join(str(one.id) for one in several)
            raise click.ClickException(f"Several organisations are called “{text}”: give one of the numbers {numbers}.")
        found = several[0] if several else None
    if found is None and kind and not text.isdecimal():
        return start_organisation(kind, clean_name(text), DEFAULT)
    if found is None:
        raise click.ClickException(f"There is no organisation “{text}”; --kind makes one.")
    return found


@group.command("create-user")
@click.argument("email")
@click.option("--name", required=True, help="The name that others read.")
@click.option("--organisation", help="Number or exact name of the organisation to act for.")
@click.option("--kind", type=click.Choice(KINDS), help="Make the organisation, of this kind, where it is missing.")
@click.option("--role", type=click.Choice(ROLES), help="The role in the organisation.")
@click.option("--password", help="Asked for where it is not given.")
def create_user(
    email: str, name: str, organisation: str | None, kind: str | None, role: str | None, password: str | None
) -> None:
    """Open an account with a confirmed address; with --organisation and --role also a membership."""
    if bool(organisation) != bool(role):
        raise click.ClickException("Give --organisation and --role together.")
    with open_unit():
        email = normal_address(email)
        if not email.isascii():
            raise click.ClickException(f"Mail cannot reach {email}.")
        if queries.user_by_email(email):
            raise click.ClickException(
                f"{email} has an account already; `flask people add-role` gives it another role."
            )
        user = User(
            email=email,
            name=clean_name(name),
            password_hash=passwords.hash_password(ask_password(password)),
            email_verified_at=clock.now(),
        )
        db.session.add(user)
        if organisation and role:
            db.session.add(Membership(user=user, organisation=organisation_named(organisation, kind), role=role))
        commit()
        click.echo(f"{email} may sign in" + (f" as {role} of {organisation}." if role else "."))


@group.command("add-role")
@click.argument("email")
@click.option("--organisation", required=True, help="Number or exact name of the organisation.")
@click.option("--kind", type=click.Choice(KINDS), help="Make the organisation, of this kind, where it is missing.")
@click.option("--role", type=click.Choice(ROLES), required=True)
def add_role(email: str, organisation: str, kind: str | None, role: str) -> None:
    """Give a person a role in an organisation, or another one than they have."""
    with open_unit():
        user = _user(email)
        found = organisation_named(organisation, kind)
        if found.is_reference:  # somebody works there from now on
            found.claimed_at = clock.now()
        membership = queries.membership_of(user.id, found.id)
        if membership is None:
            db.session.add(Membership(user=user, organisation=found, role=role))
        else:
            try:
                leadership.keep_leader(membership, becoming=role)
            except Blocked as refused:
                raise click.ClickException(str(refused.message)) from None
            membership.role = role
        commit()
        click.echo(f"{user.email} is {role} of {organisation}.")


@group.command("set-password")
@click.argument("email")
@click.option("--password", help="Asked for where it is not given.")
def set_password(email: str, password: str | None) -> None:
    """Set somebody's password and sign them out everywhere."""
    with open_unit():
        user = _user(email)
        user.password_hash = passwords.hash_password(ask_password(password))
        for session in queries.sessions_of(user.id):
            session.ended_at = clock.now()
        commit()
        click.echo(f"The password of {user.email} is changed.")


def _user(email: str) -> User:
    user = queries.user_by_email(email)
    if user is None:
        raise click.ClickException(f"There is no account of {email}.")
    return user
