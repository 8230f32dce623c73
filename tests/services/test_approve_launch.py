"""A launch to very many people takes two persons, who have both seen the same."""

from contextlib import suppress

import pytest

from chalicelib.domain.template_versions import Author
from chalicelib.errors import ApprovalNeeded
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.put_shop import put_shop
from tests.services.sending import Died, die, open_shop

ANN, BO, NOBODY = Author(name="ann"), Author(name="bo"), Author()


@pytest.fixture
def shop():
    shop = open_shop()
    put_shop(shop.app, {"approval_above": 3})
    shop.people(4)
    shop.campaign()
    return shop


def launch(shop, author):
    return launch_campaign(shop.app, "spring", author=author)


def nothing_launched(shop):
    return shop.messages.items == {} and shop.queue.take("plan") == []


def test_the_second_person_launches_it(shop):
    for _ in range(2):
        with pytest.raises(ApprovalNeeded, match="more than 3 people.*'ann' asked for it"):
            launch(shop, ANN)
        assert nothing_launched(shop)

    assert launch(shop, BO).state == "planning"
    assert launch(shop, ANN).state == "planning"  # launching again is the same launch


@pytest.mark.parametrize("authors", [(NOBODY, NOBODY), (NOBODY, ANN), (ANN, NOBODY), (ANN, ANN)])
def test_whoever_has_no_name_is_no_second_person(shop, authors):
    for author in authors:
        with pytest.raises(ApprovalNeeded):
            launch(shop, author)
    assert nothing_launched(shop)


@pytest.mark.parametrize("change", ["campaign", "template"])
def test_what_changed_since_is_asked_for_anew(shop, change):
    with pytest.raises(ApprovalNeeded):
        launch(shop, ANN)
    if change == "campaign":
        shop.campaign(max_lateness="3h")
    else:
        shop.template(subject="Other words")

    with pytest.raises(ApprovalNeeded, match="'bo' asked for it"):
        launch(shop, BO)
    assert nothing_launched(shop)
    assert launch(shop, ANN).state == "planning"


@pytest.mark.parametrize(("limit", "needed"), [(0, True), (3, True), (4, False), (None, False)])
def test_only_more_people_than_the_limit_need_it(shop, limit, needed):
    put_shop(shop.app, {"approval_above": limit})
    if needed:
        with pytest.raises(ApprovalNeeded):
            launch(shop, ANN)
    else:
        launch(shop, ANN)
    assert bool(shop.messages.items) is not needed


@pytest.mark.parametrize("after", [False, True])
def test_whoever_dies_while_asking_or_approving_can_do_it_again(shop, after):
    """A2."""
    shop.once(shop.app.catalog, "put", die, after=after)
    with suppress(Died):
        launch(shop, ANN)
    with pytest.raises(ApprovalNeeded, match="'ann' asked"):
        launch(shop, ANN)
    shop.once(shop.messages, "create", die, after=after)
    with suppress(Died):
        launch(shop, BO)

    assert launch(shop, BO).state == "planning"
    assert list(shop.messages.items) == ["c.spring"]
