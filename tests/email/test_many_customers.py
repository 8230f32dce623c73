"""Random people, products and offers in every shipped template: each mail is whole, for all its data is unlike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from json import dumps
from random import Random  # noqa: TID251 - seeded: each run is the same
from re import compile as regex

import pytest

from chalicelib.domain.customers import Customer, Statistics
from chalicelib.domain.messages import Message
from chalicelib.domain.products import Product
from chalicelib.domain.templates import CompiledTemplate, Mail, template_to_fields
from chalicelib.domain.vouchers import Voucher
from chalicelib.services.compose_mail import Composer
from chalicelib.services.load_version import version_key
from tests.email.conftest import SHIPPED
from tests.email.test_hostile_customers import check_whole
from tests.fakes import NOON
from tests.services.sending import SendingShop, open_shop

LETTERS = "aeinorst  -'’\"<>&%#@/\\()*äßéøłçñЖдяאבגدعमन中文日本한글🙂👩‍🚀\u200b\u202e\u00a0"
LOCALES = ("en", "en-GB", "de", "de-AT", "fr", "ja", "ar", "he", "pt-BR", "zh-Hant-TW", "xx", None)
ZONES = ("Europe/London", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu", None)
MARK = "<zq>&"  # in every text of every customer: as markup it would be seen
UNRESOLVED = regex(r"\{\{|\{%|\{#|jx\d+q\d|</?mj-|None|Undefined|<zq")
CODE = "7K4QXM2PD9WRT"
NAMES = tuple(sorted({name for name, _ in SHIPPED}))


def text(random: Random, most: int = 40) -> str | None:
    """Letters of many scripts around the mark; sometimes nothing."""
    if random.random() < 0.2:
        return None
    letters = "".join(random.choice(LETTERS) for _ in range(random.randint(1, most)))
    return letters.strip() + MARK


def customer(random: Random, number: int) -> Customer:
    joined = date(2000, 1, 1) + timedelta(days=random.randint(0, 9700))
    orders = random.choice((0, 1, 2, 50))
    categories = {name: random.randint(1, 9) for name in (text(random) for _ in range(3)) if name}
    return Customer(
        id=f"c-{number}",
        email=f"c{number}@example.com",
        mailbox="b" * 43,
        first_name=text(random),
        last_name=text(random),
        locale=random.choice(LOCALES),
        time_zone=random.choice(ZONES),
        birthday=joined if random.random() < 0.5 else None,
        joined_on=joined if random.random() < 0.5 else None,
        tracking=random.choice(("none", "aggregate", "full")),
        stats=Statistics(orders=orders, categories=categories if orders else {}),
        attributes=attributes(random),
        tier=text(random),
        points=random.randint(0, 10**6),
    )


def attributes(random: Random) -> dict[str, str]:
    """What the general template shows, and something that nobody does."""
    words = {name: text(random) or "" for name in ("note", "headline", "message", "link_label")}
    return words | random.choice(({}, {"link": "https://shop.example.com/p?a=1&copy=2#c"}))


def product(random: Random, number: int) -> Product:
    return Product(
        sku=f"s-{number}",
        name=text(random, 120) or "Tea",
        category=text(random),
        brand=text(random),
        price=random.choice((None, 1, 1250, 10**9)),
        stock=random.choice((None, 1, 5)),
        image_url=random.choice((None, "https://i.example.com/a.png?a=1&copy")),
        url=random.choice((None, "https://shop.example.com/p?a=1&b=2#c")),
    )


def composer_of(shop: SendingShop, message: Message, name: str) -> Composer:
    if name == "confirm":
        message = replace(message, source="service", name="confirm")
    versions = {locale: f"{name}.{locale}" for locale in ("de", "en")}
    offer = None if name == "confirm" else shop.app.catalog.offer("ten-off")
    about = replace(message, versions=versions, products=("s-0", "s-1"))
    return Composer(shop.app, about, shop.batch(), shop.app.catalog.shop(), offer)


def check(mail: Mail, someone: Customer, template: str) -> None:
    assert set(mail.headers) == {"List-Unsubscribe", "List-Unsubscribe-Post"}
    unsubscribe = mail.headers["List-Unsubscribe"][1:-1]
    assert unsubscribe in mail.html
    assert unsubscribe in mail.text
    assert not UNRESOLVED.search(mail.html), (template, someone)
    assert not UNRESOLVED.search(mail.text.replace(MARK, "")), (template, someone)
    assert mail.text.strip()
    assert mail.subject.strip()
    assert len(mail.html.encode()) < 102 * 1024
    if someone.first_name and template != "confirm":
        assert " ".join(someone.first_name.split()) in " ".join(unescape(mail.html).split())


def random_mails(
    shipped: dict[tuple[str, str], CompiledTemplate], random: Random, name: str, count: int
) -> Iterator[tuple[Customer, Mail]]:
    """So many random people with the mail that each of them gets."""
    shop = open_shop()
    shop.person("ann")
    message = shop.launch()
    shop.offer()
    for locale in ("de", "en"):
        compiled = replace(shipped[name, locale], version=f"{name}.{locale}")
        shop.files.put(version_key(compiled.version), dumps(template_to_fields(compiled)).encode())
    voucher = Voucher(code=CODE, offer="ten-off", issued_at=NOON, expires_at=datetime(2027, 1, 1, tzinfo=UTC))
    composer = composer_of(shop, message, name)
    for number in range(count):
        if number % 25 == 0:  # another catalogue
            for sku in range(5):
                stored = shop.app.products.get_many([f"s-{sku}"]).get(f"s-{sku}")
                shop.app.products.put(replace(product(random, sku), revision=stored.revision if stored else 0))
            composer = composer_of(shop, message, name)
        someone = customer(random, number)
        yield someone, composer.compose(someone, voucher if name != "confirm" and random.random() < 0.7 else None)


def run(shipped: dict[tuple[str, str], CompiledTemplate], name: str, seed: str, count: int) -> None:
    for number, (someone, mail) in enumerate(random_mails(shipped, Random(name + seed), name, count)):  # noqa: S311
        check(mail, someone, name)
        if number % 25 < 3:
            check_whole(shipped[name, "en"], mail)


@pytest.mark.parametrize("name", NAMES)
def test_random_customers_get_a_whole_mail_each(shipped, name):
    """D7, D8, C9, invariant 7: headers, no unescaped data, no unresolved tag, a text part, below what Gmail cuts."""
    run(shipped, name, "quick", 50)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_thousand_random_customers_get_a_whole_mail_each(shipped, name):
    """The same; with other people than in the quick run."""
    run(shipped, name, "slow", 1000)
