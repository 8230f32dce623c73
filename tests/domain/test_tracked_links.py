"""What a tracked link carries comes back from its token's fields, also from those of old mails."""

from dataclasses import replace

import pytest

from chalicelib.domain.tracked_links import TrackedLink, tracked_link

LINK = TrackedLink(message_id="c.spring", batch_id="b1", customer_id="ann", url="https://shop.example.com/")


@pytest.mark.parametrize("number", [None, 0, 1, 41])
def test_a_link_comes_back_from_its_fields(number):
    link = replace(LINK, number=number)

    assert tracked_link(link.to_fields()) == link


def test_the_fields_of_old_mails_have_no_number():
    """A14."""
    assert tracked_link(["c.spring", "b1", "ann", "https://shop.example.com/"]) == LINK
