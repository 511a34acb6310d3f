"""The demonstration stays among itself: nothing invented comes to a centre that exists."""

from __future__ import annotations

import pytest

from marketplace.applications.guards import is_where_it_belongs as application_belongs
from marketplace.challenges.drafting import _centre_of, _check_centre
from marketplace.challenges.guards import is_where_it_belongs as challenge_belongs
from marketplace.kernel.errors import Invalid
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.network.cast import make_centre, make_programme
from tests.people.cast import make_organisation
from tests.world import World


@pytest.mark.parametrize(("company", "centre", "may"), [(False, False, True), (False, True, True), (True, True, True),
                                                        (True, False, False)])  # fmt: skip
def test_invented_organisations_turn_to_invented_centres_alone(
    world: World, company: bool, centre: bool, may: bool
) -> None:
    there = make_centre(is_demo=centre)
    posts, applies = make_organisation("public", is_demo=company), make_organisation("startup", is_demo=company)
    challenge = make_challenge(posts, make_call(make_programme(there)), centre=there)
    assert (challenge_belongs(challenge) is None) == may
    assert (application_belongs(make_application(challenge, applies)) is None) == may
    if may:
        _check_centre(posts, there.id)
    else:
        with pytest.raises(Invalid):
            _check_centre(posts, there.id)


def test_a_centre_of_the_region_is_suggested_where_it_may_be_sent(world: World) -> None:
    real = _centre_of(make_organisation("public"))
    assert real is not None and not real.is_demo
    assert _centre_of(make_organisation("public", is_demo=True)) is None
