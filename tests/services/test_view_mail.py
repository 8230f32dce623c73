"""The mail in the browser is the mail that was sent."""

import pytest

from chalicelib.errors import InvalidToken
from chalicelib.services.view_mail import view_mail
from tests.services.sending import killed, open_shop


@pytest.fixture
def shop():
    shop = open_shop()
    shop.people(2)
    shop.launch()
    return shop


def token(shop, name="p000", batch_id=None):
    return shop.app.signer.sign("v", ["c.spring", batch_id or shop.batch().id, name])


def test_it_is_exactly_what_was_sent_whatever_changed_since(shop):
    shop.run()
    shop.change("p000", first_name="Somebody")
    shop.template(subject="Another")

    assert view_mail(shop.app, token(shop)) == shop.mailer.accepted[0].html


def test_of_two_mails_that_were_made_the_one_that_was_sent_is_shown(shop):
    killed(shop, shop.batches, "mark")
    shop.change("p000", first_name="Newname", email="new@example.com")
    shop.run()

    [mail] = [mail for mail in shop.mailer.accepted if mail.to == "new@example.com"]
    assert view_mail(shop.app, token(shop)) == mail.html
    assert "Newname" in mail.html
    assert len(shop.files.keys("kept/c.spring/")) == 2


@pytest.mark.parametrize(("name", "batch_id"), [("nobody", None), ("p000", "other")])
def test_a_mail_that_is_not_kept_is_not_found(shop, name, batch_id):
    """Invariant 8."""
    shop.run()

    with pytest.raises(InvalidToken):
        view_mail(shop.app, token(shop, name, batch_id))


def test_a_token_for_another_purpose_shows_nothing(shop):
    """C3."""
    shop.run()

    with pytest.raises(InvalidToken):
        view_mail(shop.app, shop.app.signer.sign("u", ["m", "c.spring", shop.batch().id, "p000"]))


def test_a_kept_file_that_was_erased_is_not_found(shop):
    shop.run()
    shop.files.get = lambda key: None

    with pytest.raises(InvalidToken):
        view_mail(shop.app, token(shop))
