"""Uploading, approving, previewing and seeding templates."""

from dataclasses import replace
from json import loads
from threading import Thread

import pytest

from chalicelib.errors import InvalidInput, NotFound, TemplateInvalid
from chalicelib.services.activate_template import activate_template
from chalicelib.services.get_template import get_template
from chalicelib.services.launch_message import pin_versions
from chalicelib.services.load_version import load_version
from chalicelib.services.preview_template import preview_template
from chalicelib.services.put_template import change_locales, put_template
from chalicelib.services.sample_mail import SAMPLE_CODE, Wanted
from chalicelib.services.seed_library import seed_library
from tests.fakes import make_app

FOOTER = '{{ postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a>'


def mjml(text: str, title: str = "Hello") -> str:
    return (
        f"<mjml><mj-head><mj-title>{title}</mj-title></mj-head><mj-body><mj-section><mj-column>"
        f"<mj-text>{text} {FOOTER}</mj-text></mj-column></mj-section></mj-body></mjml>"
    )


@pytest.fixture
def app():
    return make_app()


def put(app, source: str, locale: str = "en", name: str = "spring") -> str:
    version: str = put_template(app, name, locale, None, source, True)["version"]
    return version


def test_an_upload_answers_what_the_author_should_know_and_is_not_active_yet(app):
    answer = put_template(app, "spring", "en", "Hi", mjml('<a href="/x">{{ customer.stage }}</a>'), True)

    assert answer["errors"] == []
    assert answer["warnings"] == [
        {
            "rule": "link",
            "where": "line 1, column 102",
            "message": "This link is relative; in a mail it leads nowhere. Begin it with https://.",
            "severity": "stops",
        }
    ]
    assert answer["variables"] == ["customer.stage", "postal_address", "unsubscribe_url"]
    assert answer["links"] == ["/x", "{{ unsubscribe_url }}"]
    assert answer["size_bytes"] > 1000
    assert get_template(app, "spring")["active"] == {}
    with pytest.raises(InvalidInput, match="no active version"):
        pin_versions(app, "spring")


def test_a_version_is_stored_once_under_its_content(app):
    first, again, other = put(app, mjml("a")), put(app, mjml("a")), put(app, mjml("b"))

    assert first == again != other
    versions = [f"templates/{version}.json" for version in (first, other)]
    assert [key for key in app.files.keys("templates/") if "/sources/" not in key] == sorted(versions)
    assert len(app.files.keys("templates/sources/")) == 2
    assert loads(app.files.get(f"templates/{first}.json"))["subject"] == "Hello"
    assert load_version(app, first).version == first
    assert load_version(app, first) is load_version(app, first)
    assert get_template(app, "spring")["locales"]["en"]["versions"] == [other, first]


def test_an_invalid_source_changes_nothing(app):
    put(app, mjml("a"))
    before = get_template(app, "spring")
    files = app.files.keys("")
    with pytest.raises(TemplateInvalid) as refused:
        put_template(app, "spring", "en", None, mjml("{{ nope }} {{ customer.nope }}"), True)

    assert [detail.where for detail in refused.value.details] == ["line 1, column 96", "line 1, column 116"]
    assert get_template(app, "spring") == before
    assert app.files.keys("") == files


@pytest.mark.parametrize(
    ("name", "locale"), [("Spring", "en"), ("../x", "en"), ("", "en"), ("a", "english"), ("a", "../x")]
)
def test_names_and_locales_are_checked_before_anything_is_stored(app, name, locale):
    with pytest.raises(InvalidInput):
        put_template(app, name, locale, None, mjml("a"), True)
    assert app.files.keys("templates/") == []


def test_activating_approves_the_newest_of_each_locale_or_the_named_version(app):
    """D13: a newer upload does not change what is approved."""
    old, german = put(app, mjml("a")), put(app, mjml("c"), "de")
    activate_template(app, "spring", None)
    new = put(app, mjml("b"))

    assert get_template(app, "spring")["active"] == {"de": german, "en": old}
    assert pin_versions(app, "spring") == {"de": german, "en": old}
    activate_template(app, "spring", new)
    assert pin_versions(app, "spring") == {"de": german, "en": new}
    activate_template(app, "spring", old)
    assert pin_versions(app, "spring") == {"de": german, "en": old}


@pytest.mark.parametrize(("name", "version"), [("nope", None), ("spring", "0" * 32)])
def test_what_does_not_exist_cannot_be_activated(app, name, version):
    put(app, mjml("a"))
    with pytest.raises(NotFound):
        activate_template(app, name, version)
    assert get_template(app, "spring")["active"] == {}


def test_a_template_without_unsubscribe_link_is_stored_and_refuses_the_launch(app):
    """C9."""
    put_template(app, "bare", "en", "", "<p>Hello</p>", False)
    activate_template(app, "bare", None)

    assert len(get_template(app, "bare")["locales"]["en"]["refuses_launch"]) == 3
    with pytest.raises(InvalidInput, match="cannot be launched") as refused:
        pin_versions(app, "bare")
    assert [detail.where for detail in refused.value.details] == ["template bare (en)"] * 3
    activate_template(app, "bare", put(app, mjml("a"), name="bare"))
    assert get_template(app, "bare")["locales"]["en"]["refuses_launch"] == []


def test_uploads_of_two_locales_at_once_keep_both(app):
    threads = [Thread(target=put, args=(app, mjml("a"), locale)) for locale in ("en", "de", "fr")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(get_template(app, "spring")["locales"]) == ["de", "en", "fr"]


def test_an_unknown_version_is_named():
    with pytest.raises(NotFound, match="template version 'none'"):
        load_version(make_app(), "none")


def test_a_preview_uses_no_voucher_and_stores_nothing(app):
    """E9."""
    from chalicelib.services.put_offer import put_offer

    put_offer(app, "gift", {"benefit": {"kind": "percent", "percent": 15}, "validity": {"days_from_issue": 14}})
    put(
        app,
        mjml(
            "{% if offer and voucher %}{{ voucher.code }} {{ offer.words }}{% endif %}", "Hi {{ customer.first_name }}"
        ),
    )
    files = app.files.keys("")
    plain = preview_template(app, "spring", Wanted())
    offered = preview_template(app, "spring", Wanted(offer="gift"))

    assert plain["subject"] == "Hi Ada"
    assert SAMPLE_CODE not in plain["text"]
    assert f"{SAMPLE_CODE} 15% off" in offered["text"]
    assert app.files.keys("") == files
    assert app.vouchers.get(SAMPLE_CODE) is None


def test_a_preview_takes_the_customers_language_and_data(app):
    from chalicelib.services.put_customer import put_customer

    put_customer(app, "c1", {"email": "zoe@example.com", "first_name": "Zoë", "locale": "de-AT"})
    put(app, mjml("Hello", "Hello {{ customer.first_name }}"))
    put(app, mjml("Hallo", "Hallo {{ customer.first_name }}"), "de")

    assert preview_template(app, "spring", Wanted(customer_id="c1"))["subject"] == "Hallo Zoë"
    assert preview_template(app, "spring", Wanted())["subject"] == "Hello Ada"


@pytest.mark.parametrize(
    ("name", "customer", "offer"), [("nope", None, None), ("spring", "nope", None), ("spring", None, "nope")]
)
def test_a_preview_of_what_does_not_exist_says_so(app, name, customer, offer):
    put(app, mjml("a"))
    with pytest.raises(NotFound):
        preview_template(app, name, Wanted(customer_id=customer, offer=offer))


# The shipped library --------------------------------------------------------------------------------------------------


class OneTemplate:
    """A library of one template."""

    def __init__(self, text: str) -> None:
        self.text = text

    def sources(self):
        return {("spring", "en"): mjml(self.text)}


def test_seeding_stores_and_activates_every_shipped_template_once(app):
    done = seed_library(app)

    assert sorted(done) == sorted(f"{name}.{locale}" for name, locale in app.library.sources())
    for name in ("birthday", "anniversary", "new-product", "exclusive-offer"):
        assert sorted(pin_versions(app, name)) == ["de", "en"]
    assert seed_library(app) == []


def test_an_update_replaces_what_shipped_but_never_the_shops_own():
    library = OneTemplate("first")
    app = make_app(library=library)
    seed_library(app)
    library.text = "second"
    assert seed_library(app) == ["spring.en"]
    assert "second" in load_version(app, pin_versions(app, "spring")["en"]).html

    own = put(app, mjml("the shop's own"))
    activate_template(app, "spring", own)
    library.text = "third"
    assert seed_library(app) == []
    assert pin_versions(app, "spring") == {"en": own}


def test_a_seeding_that_died_before_activation_is_finished():
    app = make_app(library=OneTemplate("x"))
    seed_library(app)
    change_locales(app, "spring", lambda locales: {"en": replace(locales["en"], active=None)})
    assert get_template(app, "spring")["active"] == {}

    assert seed_library(app) == ["spring.en"]
    assert pin_versions(app, "spring")


def test_every_shipped_template_previews_with_and_without_an_offer(app):
    from chalicelib.services.put_offer import put_offer
    from chalicelib.services.put_product import put_product

    for number in range(4):
        fields = {"name": f"Tea {number}", "price": 1250, "url": f"https://shop.example.com/{number}", "stock": 5}
        put_product(app, f"t{number}", {**fields, "image_url": "https://shop.example.com/i.png", "category": "Tea"})
    put_offer(app, "gift", {"benefit": {"kind": "free_delivery"}, "validity": {"days_from_issue": 14}})
    seed_library(app)
    for name in ("birthday", "anniversary", "new-product", "exclusive-offer"):
        offered = preview_template(app, name, Wanted(offer="gift"))
        assert SAMPLE_CODE in offered["html"]
        assert "Free delivery" in offered["text"]
        assert "Tea 1" in offered["text"]
        assert SAMPLE_CODE not in preview_template(app, name, Wanted())["html"]
