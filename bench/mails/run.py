"""One campaign from its launch to the last row, over the real stores and canned answers of AWS."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

from jinja2 import Template

from bench.mails.canned import CannedAws
from bench.mails.people import People
from chalicelib.config import Settings
from chalicelib.domain.products import Product
from chalicelib.domain.template_versions import LocaleVersions, body_from_locales
from chalicelib.domain.templates import CompiledTemplate, Slotted, template_to_fields
from chalicelib.email.compilation import Job, compile_source
from chalicelib.email.environment import MailEnvironment
from chalicelib.email.library import Library
from chalicelib.email.renderer import JinjaRenderer
from chalicelib.local.sample.catalogue import sample_products
from chalicelib.local.sample.chance import Chance
from chalicelib.local.sample_shop import SEED
from chalicelib.ports import App, Document
from chalicelib.services.feed_due import feed_due
from chalicelib.services.launch_campaign import launch_campaign
from chalicelib.services.load_version import version_key
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.put_offer import put_offer
from chalicelib.services.put_shop import put_shop
from chalicelib.wiring import build_app, override_app, settle_memory
from chalicelib.workers.plan import plan
from chalicelib.workers.send import send_marketing

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEMPLATE = "exclusive-offer"
_EVERY = 5  # mails between two pure renders
_QUEUES = ("marketing", "transactional", "plan", "import", "scan")
_TABLES = ("customers", "mailboxes", "orders", "products", "catalog", "sends", "vouchers")
_SHOP = {
    "name": "Kettle & Crane",
    "from": "hello@shop.example.com",
    "postal_address": "1 Dock Street\nBristol BS1 4AA",
    "links_url": "https://links.shop.example.com",
    "brand": {"colour": "#7a3e2b", "logo_url": "https://images.example.com/logo.png"},
}


class BenchClock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        """The business time."""
        return self.at

    def real(self) -> datetime:
        """The machine's."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """It is later."""
        self.at += timedelta(seconds=max(0.0, seconds))


class _Beside(JinjaRenderer):
    """The renderer, which after every few mails has Jinja alone render the same mail: so one run measures both."""

    def __init__(self) -> None:
        super().__init__()
        self.renders, self.seconds, self._mails = 0, 0.0, 0
        self._bare: list[Template] = []
        self.last: tuple[CompiledTemplate, Mapping[str, Any]]

    def fill(self, template: CompiledTemplate, variables: Mapping[str, Any]) -> tuple[str, Slotted, str]:
        filled = super().fill(template, variables)
        self.last = template, variables
        self._mails += 1
        if self._mails % _EVERY == 0:
            self._render(template, variables)
        return filled

    def _render(self, template: CompiledTemplate, variables: Mapping[str, Any]) -> None:
        if not self._bare:
            plain, escaping = MailEnvironment(autoescape=False), MailEnvironment(autoescape=True)
            sources = (plain, template.subject), (escaping, template.html), (plain, template.text)
            self._bare = [environment.from_string(source) for environment, source in sources]
        started = process_time()
        for part in self._bare:
            part.render(variables)
        self.seconds += process_time() - started
        self.renders += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one campaign took."""

    mails: int
    seconds: float  # of CPU, without finding the canned answers
    render: (
        float  # seconds of CPU of one pure Jinja render of such a mail: subject, HTML, text, with all values at hand
    )
    requests: Counter[str]

    @property
    def in_renders(self) -> float:
        """CPU of a mail, in renders."""
        return self.seconds / self.mails / self.render

    @property
    def requests_per_mail(self) -> float:
        """To all services, SES among them."""
        return self.requests.total() / self.mails


class Bench:
    """A shop with so many customers, all of whom get one mail a campaign.

    Args:
        count: of customers.
        bulk: up to 50 mails a call.
        unique: each mail has a voucher of its own; otherwise there is no offer.
        keeps_rows: for what comes after the mails.
    """

    def __init__(self, count: int, *, bulk: bool, unique: bool = False, keeps_rows: bool = False) -> None:
        self.aws = CannedAws(People(count), keeps_rows=keeps_rows)
        self.clock = BenchClock()
        self.renderer = _Beside()
        clients = {name: self.aws.client(name) for name in ("dynamodb", "sqs", "s3", "sesv2")}
        app = build_app(_settings(), _secrets(), clients.__getitem__, clients["sesv2"])
        settle_memory()
        self.app: App = replace(app, clock=self.clock, renderer=self.renderer)
        self._furnish(bulk=bulk, unique=unique)

    def _furnish(self, *, bulk: bool, unique: bool) -> None:
        put_shop(self.app, {**_SHOP, "bulk": bulk})
        if unique:
            benefit, code = {"kind": "percent", "percent": 15}, {"kind": "unique"}
            put_offer(self.app, "spring", {"benefit": benefit, "validity": {"days_from_issue": 14}, "code": code})
        rule = {"field": "country", "op": "=", "value": "GB"}
        self.app.catalog.put(Document(kind="segment", name="everyone", body={"rule": rule}))
        compiled = shipped_template()
        self.aws.files[version_key(compiled.version)] = json.dumps(template_to_fields(compiled)).encode()
        entry = LocaleVersions(versions=(compiled.version,), active=compiled.version)
        self.app.catalog.put(Document(kind="template", name=TEMPLATE, body=body_from_locales({"en": entry})))
        self.app.products.put_many(_products())
        offer = {"offer": "spring"} if unique else {}
        put_campaign(self.app, "spring", {"segments": ["everyone"], "template": TEMPLATE, **offer})

    def send(self) -> Result:
        """Launch, plan, send, record. Raises AssertionError where a mail is missing."""
        self.aws.reset()
        self.renderer.renders, self.renderer.seconds = 0, 0.0
        remove = override_app(self.app)
        started = process_time()
        try:
            launch_campaign(self.app, "spring")
            while self._work() or feed_due(self.app):
                self.clock.sleep(1)
        finally:
            remove()
        beside = self.renderer
        seconds = process_time() - started - self.aws.seconds - beside.seconds
        return Result(
            mails=self.aws.people.count,
            seconds=seconds,
            render=beside.seconds / beside.renders,
            requests=Counter(self.aws.requests),
        )

    def _work(self) -> int:
        queued, self.aws.queued = self.aws.queued, []
        for queue, body in queued:
            record = {"messageId": "m", "body": body, "eventSource": "aws:sqs"}
            answer = (plan if queue == "plan" else send_marketing)({"Records": [record]})
            if answer != {"batchItemFailures": []}:
                raise AssertionError(f"{queue}: {body} failed")
        return len(queued)


def _products() -> list[Product]:
    """The sample shop's."""
    return [
        Product(
            sku=one.sku,
            name=one.name,
            category=one.category,
            brand=one.brand,
            price=one.price,
            stock=one.stock,
            image_url=f"https://images.example.com/products/{one.sku}.svg",
            url=one.url,
            launched_at=one.launched_at,
        )
        for one in sample_products(Chance(SEED), today=START.date())
    ]


def shipped_template() -> CompiledTemplate:
    """The mail that is sent: one of those that ship."""
    library = Library()
    return compile_source(Job(TEMPLATE, "en", library.sources()[TEMPLATE, "en"], None, True, library.partials))


def _settings() -> Settings:
    return Settings(
        stage="bench",
        **{f"{table}_table": table for table in _TABLES},  # type: ignore[arg-type]
        bucket="bench",
        queue_urls={queue: f"https://sqs.eu-west-1.amazonaws.com/1/{queue}" for queue in _QUEUES},
        configuration_set_prefix="habitue-bench",
        secrets_prefix="/habitue/bench",  # noqa: S106 - a path, no secret
    )


def _secrets() -> dict[str, str]:
    return {f"{name}-key{'s' if name == 'link' else ''}": f"{name} " * 8 for name in ("link", "mailbox", "voucher")}
