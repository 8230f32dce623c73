"""The tags by which SES's events name a send."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.send_tags import NamedSend, feedback_tags, read_tags, send_tags

# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html
ALLOWED = re.compile(r"[A-Za-z0-9_-]{1,256}")
IDS = st.text(min_size=1, max_size=40)


def as_event(tags: dict[str, str]) -> dict[str, list[str]]:
    """SES gives each tag back as a list, beside tags of its own."""
    return {name: [value] for name, value in tags.items()} | {"ses:configuration-set": ["habitue-test"]}


def test_a_message_id_with_dots_and_a_customer_id_with_anything_come_back():
    tags = send_tags("f.birthday.2026-11-22", "0a1b2c", "ann/1 ü")

    assert tags == {"message": "Zi5iaXJ0aGRheS4yMDI2LTExLTIy", "batch": "MGExYjJj", "person": "YW5uLzEgw7w"}
    assert read_tags(as_event(tags)) == NamedSend("f.birthday.2026-11-22", "0a1b2c", "ann/1 ü")


@settings(deadline=None)
@given(IDS, IDS, IDS)
def test_any_ids_come_back_and_their_tags_are_what_ses_takes(message_id, batch_id, customer_id):
    tags = send_tags(message_id, batch_id, customer_id)

    assert all(ALLOWED.fullmatch(value) for value in tags.values())
    assert read_tags(as_event(tags)) == (message_id, batch_id, customer_id)


@pytest.mark.parametrize("missing", ["message", "batch", "person"])
def test_a_mail_that_lacks_one_of_them_is_not_ours(missing):
    tags = as_event(send_tags("c.a", "b", "ann"))

    assert read_tags({name: tags[name] for name in tags if name != missing}) is None
    assert read_tags(tags | {missing: []}) is None


@pytest.mark.parametrize("value", ["Zi5i", [1], {"a": 1}, ["a"], ["ü"], ["_w"]])
def test_a_tag_of_that_name_that_we_never_wrote_is_refused(value):
    with pytest.raises(ValueError):
        read_tags(as_event(send_tags("c.a", "b", "ann")) | {"person": value})


@pytest.mark.parametrize(
    ("name", "topic", "parts"),
    [
        ("spring-tea", "offers", ("spring-tea", "offers")),
        ("spring tea: ü", "news/2", ("spring-tea---", "news-2")),
        ("x" * 300, "offers", ("x" * 64, "offers")),
    ],
)
def test_gmail_is_told_campaign_and_topic_in_letters_that_a_tag_may_hold(name, topic, parts):
    tags = feedback_tags(name, topic)

    assert (tags["ses:feedback-id-a"], tags["ses:feedback-id-b"]) == parts
    assert read_tags(as_event(tags)) is None


def test_gmail_is_told_no_empty_part():
    assert feedback_tags("spring", "") == {"ses:feedback-id-a": "spring"}
