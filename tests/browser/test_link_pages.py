"""The public pages in Chromium, under a base path as API Gateway's stage gives one."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from chalicelib.domain.sign_ups import SignUp, stamp
from chalicelib.services.issue_voucher import issue_voucher
from chalicelib.services.keep_consent import keep_sign_up
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_offer import put_offer
from tests.browser.pages import SIZES, opened


@pytest.fixture
def tokens(app: Any) -> dict[str, str]:
    consent = {"status": "granted", "at": "2026-01-01T00:00:00Z"}
    ann = put_customer(app, "ann", {"email": "ann@example.com", "first_name": "Ann", "consent": consent})
    put_offer(app, "treat", {"benefit": {"kind": "percent", "percent": 15}, "validity": {"days_from_issue": 14}})
    voucher = issue_voucher(app, "treat", "ann")
    person = [ann.mailbox or "", "c.x", "b1", "ann"]
    wish = SignUp(email="ann@example.com", topics=("offers",))
    keep_sign_up(app, ann.mailbox or "", app.clock.now(), wish)
    return {
        "u": app.signer.sign("u", person),
        "p": app.signer.sign("p", person),
        "r": app.signer.sign("r", [voucher.code, "c.x", "b1", "ann"]),
        "confirm": app.signer.sign("confirm", [ann.mailbox or "", stamp(app.clock.now()), "ann"]),
        "s": app.signer.sign("s", ["gift", '"a tin of tea"', ann.mailbox or "", "c.x", "ann"]),
        "own": app.signer.sign("s", ["wish", "null", ann.mailbox or "", "c.x", "ann"]),
        "code": voucher.code,
    }


def address(base: str, tokens: dict[str, str], purpose: str) -> str:
    """The page of a link; a survey has two kinds."""
    return f"{base}/{'s' if purpose == 'own' else purpose}/{tokens[purpose]}"


@pytest.mark.parametrize(("width", "scheme"), SIZES)
@pytest.mark.parametrize("purpose", ["u", "p", "r", "s", "own", "confirm"])
def test_pages_fit_the_screen_and_break_no_policy(browser, base, tokens, purpose, width, scheme):
    """F7: the styles and the script that the policy names by hash do run."""
    page, complaints = opened(browser, address(base, tokens, purpose), width, scheme)

    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).borderRadius") == "20px"
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
@pytest.mark.parametrize("purpose", ["u", "p", "r", "s", "own", "confirm"])
def test_axe_finds_nothing_serious(browser, base, tokens, purpose, width, scheme):
    page, _ = opened(browser, address(base, tokens, purpose), width, scheme)

    found = Axe().run(page).response["violations"]

    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
    page.context.close()


def test_the_button_activates_the_voucher_under_any_base_path(browser, base, app, tokens):
    page, complaints = opened(browser, f"{base}/r/{tokens['r']}")
    assert app.vouchers.get(tokens["code"]).status == "issued"
    page.get_by_role("button", name="Use this offer").click()

    assert page.get_by_text("Show this at the till").is_visible()
    assert page.url == f"{base}/r/{tokens['r']}"
    assert app.vouchers.get(tokens["code"]).status == "activated"
    assert complaints == []
    page.context.close()


def test_the_code_can_be_copied(browser, base, tokens):
    page, _ = opened(browser, f"{base}/r/{tokens['r']}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy code").click()
    page.get_by_role("button", name="Copied").wait_for()

    assert page.evaluate("navigator.clipboard.readText()").replace("-", "") == tokens["code"]
    page.context.close()


def test_leaving_and_coming_back_by_keyboard_alone(browser, base, app, tokens):
    page, complaints = opened(browser, f"{base}/u/{tokens['u']}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("You are unsubscribed").wait_for()
    assert app.customers.get("ann").consent_status == "withdrawn"

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    box = page.get_by_role("checkbox", name="Offers and news")
    box.wait_for()
    assert not box.is_checked()
    box.press("Space")
    page.get_by_role("button", name="Save my choice").press("Enter")
    page.get_by_text("Your choice is saved").wait_for()

    assert app.customers.get("ann").consent_status == "granted"
    assert complaints == []
    page.context.close()


def test_confirming_a_sign_up_and_going_on_to_the_preferences(browser, base, app, tokens):
    page, complaints = opened(browser, f"{base}/confirm/{tokens['confirm']}")
    page.get_by_role("button", name="Yes, write to me").click()
    page.get_by_text("Your address is confirmed").wait_for()
    page.get_by_role("link", name="Choose which e-mails to get").click()
    page.get_by_role("radio", name="Pause for 30 days").check()
    page.get_by_role("radio", name="Remember what I look at").check()
    page.get_by_role("button", name="Save my choice").click()
    page.get_by_text("Your choice is saved").wait_for()

    box = app.mailboxes.get(app.keyed.mailbox("ann@example.com"))
    assert (box.consent.basis, box.consent.tracking) == ("double", "full")
    assert box.paused_until == app.clock.now() + timedelta(days=30)
    assert page.get_by_role("radio", name="Paused until 22 December 2026").is_checked()
    assert complaints == []
    page.context.close()


def test_one_button_sends_the_answer(browser, base, app, tokens):
    page, complaints = opened(browser, address(base, tokens, "s"))
    assert page.get_by_text("a tin of tea").is_visible()
    assert app.customers.get("ann").attributes == {}
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_text("Your answer has reached Kettle & Crane").wait_for()

    assert app.customers.get("ann").attributes == {"gift": "a tin of tea"}
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_own_words_that_do_not_fit_come_back_and_can_be_mended(browser, base, app, tokens, width, scheme):
    page, complaints = opened(browser, address(base, tokens, "own"), width, scheme)
    field = page.get_by_role("textbox", name="Your answer")
    field.evaluate("e => e.removeAttribute('maxlength')")
    field.fill("Longer hours " * 40)
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_role("alert").wait_for()
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
    assert page.get_by_role("textbox", name="Your answer").input_value() == "Longer hours " * 40
    assert app.customers.get("ann").attributes == {}

    page.get_by_role("textbox", name="Your answer").fill("Longer hours,\nplease")
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_text("Thank you").first.wait_for()
    assert app.customers.get("ann").attributes == {"wish": "Longer hours, please"}
    assert [text for text in complaints if "422" not in text] == []
    page.context.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("purpose", ["p", "s", "own", "confirm"])
def test_everything_that_can_be_chosen_has_a_name_and_room_for_a_thumb(browser, base, tokens, purpose, width):
    """WCAG 2.2, 2.5.8 and 4.1.2: each control has a label, each group a legend, each target 24 px or more."""
    page, _ = opened(browser, address(base, tokens, purpose), width)

    for control in page.locator("input:not([type=hidden]), textarea, button, a").all():
        target = control.locator(
            "xpath=ancestor-or-self::*[self::label or self::button or self::a or self::textarea][1]"
        ).bounding_box()
        assert target["height"] >= 24, control
        assert control.evaluate("e => (e.labels && e.labels.length ? e.labels[0] : e).innerText.trim()")
    for group in page.locator("fieldset").all():
        assert group.locator("legend").inner_text().strip()
    assert page.locator("h1").count() == 1
    page.context.close()
