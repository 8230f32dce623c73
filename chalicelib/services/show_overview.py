"""Use case: what a marketer sees first: who the customers are, and what the mails did."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from chalicelib.domain.outcomes import Tally
from chalicelib.domain.shop import Shop
from chalicelib.domain.stages import stage
from chalicelib.ports import App
from chalicelib.services.campaign_report import seen_state
from chalicelib.services.count_message import count_mails
from chalicelib.services.get_campaign import messages_of
from chalicelib.services.list_flows import list_flows
from chalicelib.services.load_membership import load_membership
from chalicelib.services.show_campaign import show_campaign

COUNTED = 20_000  # customers that one look reads; the page says so where there are more


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    """One campaign or flow and what became of its mails. Counts are people."""

    name: str
    about: str  # what a flow is for; why a campaign stands where it does
    state: str  # a flow: on or off; a campaign: draft, planning, sending, done ...
    planned: int
    sent: int
    skipped: int
    reasons: Mapping[str, int]  # why they were skipped, most frequent first
    clicked: int
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The first page's figures, counted now."""

    shop: Shop
    customers: int
    counted_all: bool  # False: there are more customers than were counted
    mailable: int  # customers with an address and consent
    segments: tuple[tuple[str, int], ...]  # name, members; largest first
    stages: Mapping[str, int]
    campaigns: tuple[MailLine, ...]
    flows: tuple[MailLine, ...]


def show_overview(app: App) -> Overview:
    """Count customers, segments and mails. Reads at most `COUNTED` customers, and every row of every message."""
    read = 0
    mailable = 0
    stages: Counter[str] = Counter()
    members: Counter[str] = Counter({document.name: 0 for document in app.catalog.list("segment")})
    customers = app.customers.scan()
    membership, now = load_membership(app), app.clock.now()
    questions = {name: membership.member(name) for name in members}
    for customer in islice(customers, COUNTED):
        read += 1
        mailable += customer.email is not None and customer.consent_status == "granted"
        stages[stage(customer.stats, now)] += 1
        members.update(name for name, is_member in questions.items() if is_member(customer))
    return Overview(
        shop=app.catalog.shop(),
        customers=read,
        counted_all=next(customers, None) is None,
        mailable=mailable,
        segments=tuple(sorted(members.items(), key=lambda pair: (-pair[1], pair[0]))),
        stages=stages,
        campaigns=tuple(_campaigns(app)),
        flows=tuple(_flows(app)),
    )


def _campaigns(app: App) -> list[MailLine]:
    found = []
    for document in app.catalog.list("campaign"):
        view = show_campaign(app, document.name)
        messages = messages_of(app, view.first)
        tally = count_mails(app, messages)
        state = seen_state(view, messages, tally)
        found.append(_line(document.name, view.stands.reason, state, tally))
    return found


def _flows(app: App) -> list[MailLine]:
    """Those that are on first."""
    flows = sorted(list_flows(app), key=lambda flow: (not flow.enabled, flow.name))
    states = {True: "on", False: "off"}
    return [
        _line(flow.name, flow.about, states[flow.enabled], count_mails(app, app.messages.of("f", flow.name)))
        for flow in flows
    ]


def _line(name: str, about: str, state: str, tally: Tally) -> MailLine:
    return MailLine(
        name=name,
        about=about,
        state=state,
        planned=tally.planned,
        sent=tally.sent,
        skipped=tally.skipped.total(),
        reasons=dict(tally.skipped.most_common()),
        clicked=tally.clicked,
        pending=tally.pending,
    )
