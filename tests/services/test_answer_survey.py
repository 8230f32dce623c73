"""An answer in a mail becomes an attribute: by the hand of its reader, the latest one, and nobody else's."""

from dataclasses import replace

import pytest

from chalicelib.domain.customer_fields import MAX_ATTRIBUTE, MAX_ATTRIBUTES
from chalicelib.domain.derive import only_derived
from chalicelib.domain.surveys import SurveyLink
from chalicelib.errors import InvalidInput, InvalidToken
from chalicelib.services.answer_survey import answer_survey, read_survey
from chalicelib.services.erase_customer import erase_customer
from chalicelib.services.export_customer import export_customer
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_segment import put_segment
from chalicelib.web.schemas import customer_json
from tests.faults.ports import each_death
from tests.services.sending import BUDGET, DAY, open_shop


@pytest.fixture
def shop():
    return surveyed_shop()


def surveyed_shop():
    shop = open_shop()
    shop.person("ann", attributes={"size": "M", "loves_tea": True})
    return shop


def token(shop, answer="a tin of tea", question="gift", name="ann"):
    mailbox = shop.app.keyed.mailbox(f"{name}@example.com")
    link = SurveyLink(question=question, answer=answer, mailbox=mailbox, message_id="c.x", customer_id=name)
    return shop.app.signer.sign("s", link.to_fields())


def attributes(shop, name="ann"):
    return dict(shop.customers.items[name].attributes)


def test_reading_changes_nothing_however_often(shop):
    """C1."""
    before = (dict(shop.customers.items), shop.customers.writes, shop.mailboxes.writes)

    assert {read_survey(shop.app, token(shop)).answer for _ in range(9)} == {"a tin of tea"}
    assert (shop.customers.items, shop.customers.writes, shop.mailboxes.writes) == before


def test_an_answer_is_an_attribute_beside_the_others(shop):
    before = shop.customers.items["ann"]

    answer_survey(shop.app, token(shop), "")

    after = shop.customers.items["ann"]
    assert attributes(shop) == {"size": "M", "loves_tea": True, "gift": "a tin of tea"}
    assert only_derived(before, replace(after, attributes=before.attributes, revision=before.revision))


def test_the_same_answer_again_writes_nothing(shop):
    """C5."""
    answer_survey(shop.app, token(shop), "")
    writes = shop.customers.writes

    for _ in range(3):
        answer_survey(shop.app, token(shop), "")

    assert shop.customers.writes == writes


def test_a_later_answer_takes_the_place_of_the_earlier_one_also_back_again(shop):
    for answer in ("a tin of tea", "a cup", "a tin of tea"):
        answer_survey(shop.app, token(shop, answer), "")
        assert attributes(shop)["gift"] == answer


def test_a_number_stays_a_number_and_segments_follow_at_once(shop):
    """M26: the stage and the rules read it."""
    put_segment(shop.app, "half", {"field": "share_of_wallet", "op": ">=", "value": 50})

    answer_survey(shop.app, token(shop, 50, "share_of_wallet"), "")
    assert (attributes(shop)["share_of_wallet"], shop.customers.items["ann"].segments) == (50, ("everyone", "half"))
    answer_survey(shop.app, token(shop, 20, "share_of_wallet"), "")
    assert "half" not in shop.customers.items["ann"].segments


def test_one_is_another_answer_than_true(shop):
    answer_survey(shop.app, token(shop, 1, "loves_tea"), "")

    assert attributes(shop)["loves_tea"] is not True


def test_own_words_are_kept_in_one_line(shop):
    """M26: what must we do for you to buy more?"""
    answer_survey(shop.app, token(shop, None, "wish"), "  Longer hours,\r\nplease <b>  ")

    assert attributes(shop)["wish"] == "Longer hours, please <b>"


@pytest.mark.parametrize("words", ["", " \r\n\t ", "x" * (MAX_ATTRIBUTE + 1), "a\x00b", "a\x07", "a\u2028b"])
def test_what_is_no_plain_text_is_refused_and_nothing_is_stored(shop, words):
    before = shop.customers.writes

    with pytest.raises(InvalidInput):
        answer_survey(shop.app, token(shop, None, "wish"), words)

    assert shop.customers.writes == before


def test_words_cannot_replace_the_answer_of_a_link(shop):
    answer_survey(shop.app, token(shop), "a car")

    assert attributes(shop)["gift"] == "a tin of tea"


def test_there_are_no_more_attributes_than_there_may_be(shop):
    shop.change("ann", attributes={f"a{number}": "x" for number in range(MAX_ATTRIBUTES)})
    before = shop.customers.writes

    with pytest.raises(InvalidInput):
        answer_survey(shop.app, token(shop), "")
    answer_survey(shop.app, token(shop, "y", "a7"), "")

    assert shop.customers.writes == before + 1
    assert attributes(shop)["a7"] == "y"


@pytest.mark.parametrize(("purpose", "fields"), [("p", 5), ("v", 5), ("s", 4), ("s", 6)])
def test_a_token_of_another_kind_is_none(shop, purpose, fields):
    """C3, F1."""
    link = SurveyLink(question="gift", answer="x", mailbox=shop.box("ann").hash, message_id="c.x", customer_id="ann")
    wrong = shop.app.signer.sign(purpose, [*link.to_fields(), "x"][:fields])
    for work in (lambda: read_survey(shop.app, wrong), lambda: answer_survey(shop.app, wrong, "")):
        with pytest.raises(InvalidToken):
            work()
    assert "gift" not in attributes(shop)


def test_nobody_answers_for_a_stranger_or_after_the_address_has_changed(shop):
    """C3."""
    old = token(shop)
    shop.change("ann", email="new@example.com")
    for wrong in (old, token(shop, name="bob")):
        with pytest.raises(InvalidToken):
            answer_survey(shop.app, wrong, "")

    assert "gift" not in attributes(shop)
    assert "bob" not in shop.customers.items


def test_what_was_answered_is_exported_and_erased_with_the_customer(shop):
    """An answer is an attribute: there is no other place to look for it."""
    answer_survey(shop.app, token(shop), "")
    describe = {"customer": lambda customer: customer_json(customer, None, "GBP")}
    assert export_customer(shop.app, "ann", describe)["customer"]["attributes"]["gift"] == "a tin of tea"

    erase_customer(shop.app, "ann", deadline=shop.clock.real() + BUDGET)

    with pytest.raises(InvalidToken):
        answer_survey(shop.app, token(shop), "")
    assert "ann" not in shop.customers.items


def test_the_link_of_an_erased_customer_says_nothing_of_a_new_one_with_that_id(shop):
    old = token(shop)
    erase_customer(shop.app, "ann", deadline=shop.clock.real() + BUDGET)
    put_customer(shop.app, "ann", {"email": "another@example.com"})

    with pytest.raises(InvalidToken):
        answer_survey(shop.app, old, "")
    assert "gift" not in attributes(shop)


def test_an_erasure_between_reading_and_writing_brings_nobody_back(shop, monkeypatch):
    put = shop.customers.put

    def erased_meanwhile(customer):
        shop.customers.delete(customer.id)
        return put(customer)

    monkeypatch.setattr(shop.customers, "put", erased_meanwhile)
    with pytest.raises(InvalidToken):
        answer_survey(shop.app, token(shop), "")

    assert "ann" not in shop.customers.items


def test_answers_to_two_questions_at_once_are_both_kept(shop, monkeypatch):
    """A rival writes between our read and our write; we read again."""
    put = shop.customers.put

    def rival_first(customer):
        monkeypatch.setattr(shop.customers, "put", put)
        answer_survey(shop.app, token(shop, "green", "colour"), "")
        return put(customer)

    monkeypatch.setattr(shop.customers, "put", rival_first)
    answer_survey(shop.app, token(shop), "")

    assert (attributes(shop)["gift"], attributes(shop)["colour"]) == ("a tin of tea", "green")


def test_an_answer_may_die_at_any_call():
    """A2: before it nothing is stored, after it all of it, and pressing again completes it."""
    shop_of = surveyed_shop
    asked = token(shop_of())

    def answering(app):
        answer_survey(app, asked, "")

    deaths = 0
    for death, shop in each_death(shop_of, lambda shop: shop.app, answering):
        assert attributes(shop).get("gift") in {None, "a tin of tea"}, death
        shop.clock.advance(DAY)
        answering(shop.app)
        assert attributes(shop) == {"size": "M", "loves_tea": True, "gift": "a tin of tea"}, death
        deaths += 1
    assert deaths >= 6
