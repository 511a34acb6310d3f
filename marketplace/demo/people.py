"""Regions, centres, organisations and accounts of the story."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from marketplace.demo import cast
from marketplace.demo.cast import CAST, Party
from marketplace.demo.story import Trilingual
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network.models import Centre, Network
from marketplace.people import demo, passwords
from marketplace.people.models import Membership, Organisation, OrganisationText, OrganisationYear, Representative, User
from marketplace.places.models import Region


@dataclass
class Scene:
    """Everything made so far, by the keys of the story."""

    centres: dict[str, Centre] = field(default_factory=dict)
    parties: dict[str, Organisation] = field(default_factory=dict)
    voices: dict[str, Membership] = field(default_factory=dict)
    calls: dict[str, Any] = field(default_factory=dict)
    challenges: dict[tuple[str, str], Any] = field(default_factory=dict)
    applications: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def seat_of(self, key: str) -> str:
        """The centre of the region in which a party sits."""
        return next(told.slug for told in CAST.centres if told.region == self.parties[key].region_code)

    def broker_of(self, key: str) -> Membership:
        """Who speaks for that centre."""
        return self.voices[f"centre {self.seat_of(key)}"]


def make(scene: Scene) -> None:
    """Make everyone there is."""
    for place in CAST.regions:
        db.session.merge(
            Region(code=place.code, country="XD", name_en=place.name.en, name_fr=place.name.fr, name_ko=place.name.ko)
        )
    db.session.flush()
    operator = _organisation("public", "XD-01", CAST.operator, CAST.operator, 20)
    scene.parties["operator"] = operator
    scene.parties["funder"] = _organisation("funder", "XD-01", CAST.funder, CAST.funder, 30)
    network = Network(slug="demo", operator=operator)
    for centre in CAST.centres:
        _centre(scene, network, centre)
    scene.voices["garam"] = scene.voices["centre garam"]
    for party in (*CAST.companies, *CAST.startups):
        _party(scene, party)
    _accounts(scene)


def texts_of(said: Trilingual, description: Trilingual) -> dict[str, OrganisationText]:
    """Name and description in the three languages."""
    return {
        code: OrganisationText(locale=code, name=getattr(said, code), description=getattr(description, code))
        for code in Trilingual._fields
    }


def _organisation(kind: str, region: str, name: Trilingual, description: Trilingual, years: float) -> Organisation:
    started = clock.day_of(clock.now() - timedelta(days=365.25 * years), "UTC")
    organisation = Organisation(
        kind=kind,
        region_code=region,
        country="XD",
        legal_form="public_body" if kind in ("public", "municipality", "funder", "centre") else "company",
        registered_on=started,
        registration_scheme="XD-DEMO",
        registration_number=f"DEMO {name.en}",
        state="verified",
        is_listed=True,
        is_demo=True,
        website=None,
        texts=texts_of(name, description),
    )
    db.session.add(organisation)
    db.session.flush()
    organisation.registration_number = f"DEMO-{organisation.id:06}"
    return organisation


_hashed = cache(passwords.hash_password)  # all have the one that the sign-in page tells everybody


def _person(name: str, email: str, *, password: str | None = None) -> User:
    user = User(name=name, email=email, is_demo=True, email_verified_at=clock.now())
    user.password_hash = _hashed(password) if password else None
    db.session.add(user)
    return user


def _member(organisation: Organisation, user: User, role: str) -> Membership:
    membership = Membership(user=user, organisation=organisation, role=role)
    db.session.add(membership)
    return membership


def _centre(scene: Scene, network: Network, told: cast.Centre) -> None:
    organisation = _organisation("centre", told.region, told.name, told.description, 9)
    centre = Centre(
        id=organisation.id,
        organisation=organisation,
        slug=f"demo-{told.slug}",
        network=network,
        time_zone=told.zone,
        languages=["ko", "en"] if told.zone == "Asia/Seoul" else ["fr", "en"],
        contact_name=told.contact,
        contact_email=f"contact-{told.slug}@demo.example",
        is_demo=True,
    )
    db.session.add(centre)
    scene.centres[told.slug] = centre
    address = "staff@demo.example" if told.slug == "garam" else f"pole-{told.slug}@demo.example"
    password = demo.PASSWORD if told.slug == "garam" else None
    user = _person(told.contact, address, password=password)
    scene.voices[f"centre {told.slug}"] = _member(organisation, user, "manager")


def _party(scene: Scene, party: Party) -> None:
    organisation = _organisation(party.kind, party.region, party.name, party.description, party.years - 0.4)
    organisation.sectors = list(party.sectors)
    last = clock.now().year - 1
    organisation.years = [
        OrganisationYear(
            year=last - n, revenue=party.staff * (40 - 4 * n) * 1_000_000, currency="KRW", staff=party.staff - n
        )
        for n in range(2)
    ]
    organisation.representatives = [Representative(name=party.person, qualifies=True)]
    scene.parties[party.key] = organisation
    known = {"haneul": "company@demo.example", "loopwell": "startup@demo.example"}
    address = known.get(party.key, f"{party.key}@demo.example")
    password = demo.PASSWORD if party.key in known else None
    scene.voices[party.key] = _member(organisation, _person(party.person, address, password=password), "owner")


def _accounts(scene: Scene) -> None:
    """The evaluator and the network's own staff, who may sign in as well."""
    garam = scene.centres["garam"].organisation
    evaluator = _person("Ahn Jiyu", "evaluator@demo.example", password=demo.PASSWORD)
    scene.voices["evaluator"] = _member(garam, evaluator, "evaluator")
    watcher = _person("Diane Vachon", "network@demo.example", password=demo.PASSWORD)
    scene.voices["network"] = _member(scene.parties["operator"], watcher, "network_staff")
    broker = _person("Bae Onyu", "broker@demo.example")
    scene.voices["broker"] = _member(garam, broker, "broker")
    db.session.flush()
