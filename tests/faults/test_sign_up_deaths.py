"""A2 for sign-up and confirmation: killed before and after each port call, nothing is granted without its proof,
nobody gets two mails, nothing is wedged."""

from chalicelib.domain.sign_ups import stamp
from chalicelib.services.confirm_sign_up import confirm_sign_up
from chalicelib.services.subscribe import subscribe
from tests.faults.ports import each_death
from tests.services.sending import SendingShop
from tests.services.signing_up import ADDRESS, MINUTE, asked, consent, mailbox, open_form, refusal, sign_up, tokens


def app_of(shop: SendingShop):
    return shop.app


def entering(app):
    subscribe(app, {"email": ADDRESS, "text": "Yes, please."}, "198.51.100.7")


def test_a_sign_up_may_die_at_any_call():
    deaths = 0
    for death, shop in each_death(open_form, app_of, entering):
        shop.clock.advance(MINUTE)
        sign_up(shop, text="Yes, please.")
        shop.run()
        assert shop.mailer.recipients == [ADDRESS], death
        assert len(shop.customers.items) == 1, death
        assert refusal(shop) == "unconfirmed", death
        [token] = tokens(shop)
        assert confirm_sign_up(shop.app, token, origin="", words="").state == "confirmed", death
        assert consent(shop).text == "Yes, please.", death
        deaths += 1
    assert deaths >= 40


def test_a_confirmation_may_die_at_any_call():
    def make():
        shop = open_form()
        asked(shop, text="Yes, please.")
        return shop

    token = asked(open_form(), text="Yes, please.")

    def confirming(app):
        confirm_sign_up(app, token, origin="203.0.113.9", words="")

    deaths = 0
    for death, shop in each_death(make, app_of, confirming):
        found = consent(shop)
        if found.status == "granted":  # then with all its proof
            assert (found.text, found.origin, found.by_person) == ("Yes, please.", "203.0.113.9", True), death
        shop.clock.advance(MINUTE)
        confirming(shop.app)
        assert refusal(shop) is None, death
        [customer] = shop.customers.items.values()
        assert customer.consent_status == "granted", death
        kept = shop.files.keys("consent/")
        assert [key.endswith("-sign-up.json") for key in kept].count(False) == 1, death
        assert all(stamp(mailbox(shop).asked[0]) in key for key in kept), death
        deaths += 1
    assert deaths >= 25
