"""How the shop's mails stand, counted from rows."""

from datetime import timedelta

from chalicelib.services.record_events import record_events
from chalicelib.services.show_reputation import show_reputation
from tests.services.sending import open_shop
from tests.services.test_watch_campaigns import event


def mailed_shop():
    """Ten people of two providers have a mail; two bounced, one complained, one was skipped."""
    shop = open_shop()
    for number in range(6):
        shop.person(f"p{number:03}", f"p{number}@gmail.com")
    for number in range(6, 10):
        shop.person(f"p{number:03}")
    shop.person("no", consent=False)
    shop.launch(topic="news")
    shop.run()
    told = [event(shop, "bounced", "p000"), event(shop, "bounced", "p001"), event(shop, "complained", "p006")]
    for _ in range(2):
        record_events(shop.app, told)
    return shop


def numbers(one):
    return one["name"], one["sent"], one["bounced"], one["complained"], one["state"]


def test_rates_are_told_in_all_and_by_day_provider_topic_and_mailing():
    """C12, A12: doubled events count once."""
    found = show_reputation(mailed_shop().app)

    assert (found["sent"], found["bounced"], found["complained"]) == (10, 2, 1)
    assert (found["bounce_rate"], found["complaint_rate"], found["state"]) == (0.2, 0.1, "bad")
    assert found["words"].startswith("2 of 10 people have an address that does not exist")
    assert [numbers(one) for one in found["by"]["provider"]] == [("gmail", 6, 2, 0, "bad"), ("other", 4, 0, 1, "good")]
    assert [numbers(one)[0] for one in found["by"]["topic"]] == ["news"]
    assert [numbers(one)[0] for one in found["by"]["mailing"]] == ["campaign spring"]
    assert [numbers(one)[:2] for one in found["by"]["day"]] == [("2026-11-22", 10)]


def test_a_shop_that_sent_nothing_has_no_rates():
    """F12."""
    found = show_reputation(open_shop().app)

    assert (found["sent"], found["bounce_rate"], found["complaint_rate"], found["state"]) == (0, None, None, "good")
    assert found["by"] == {"day": [], "provider": [], "topic": [], "mailing": []}


def test_older_launches_are_left_out():
    shop = mailed_shop()
    shop.clock.advance(timedelta(days=31))

    assert show_reputation(shop.app)["sent"] == 0
    assert show_reputation(shop.app, days=60)["sent"] == 10


def test_it_says_since_when_it_counted_where_there_is_too_much(monkeypatch):
    shop = mailed_shop()
    monkeypatch.setattr("chalicelib.services.show_reputation.MOST_BATCHES", 0)

    found = show_reputation(shop.app)

    assert (found["sent"], found["since"]) == (0, "2026-11-22T12:00:00Z")
