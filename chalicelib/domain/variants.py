"""What the arms of a campaign's test are, who is drawn for which, and which of them wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from chalicelib.domain.drawing import draw
from chalicelib.domain.durations import span, span_text
from chalicelib.domain.intervals import Share, verdict
from chalicelib.domain.messages import Variant
from chalicelib.domain.reading import Faults, Fields, one_of
from chalicelib.domain.texts import locale_name, one_line

WinnerBy = Literal["clicks", "redemptions"]
MOST_VARIANTS = 5
_LONGEST_SUBJECT = 200
_SHORTEST_TEST = timedelta(minutes=15)
_LONGEST_TEST = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantPlan:
    """One arm as the marketer wrote it; what it leaves out is the campaign's."""

    name: str
    share: int  # whole percent
    template: str | None = None
    subject: str | Mapping[str, str] | None = None  # Jinja, one for all locales or one by locale
    offer: str | None = None
    has_offer: bool = False  # it says itself which offer it has: with `offer` None that it has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """How a test ends: the better arm goes to everybody who was not in the test."""

    by: WinnerBy
    after: timedelta  # from the first mail of the test
    test_percent: int = 20  # so many of the audience are in the test


def read_variants(body: Fields, faults: Faults) -> tuple[VariantPlan, ...]:
    """The field `variants`; shares are all given, with the sum of 100, or all left out, and are alike then."""
    value = body.value("variants")
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        body.wrong_type("variants", "must be a list of objects")
        return ()
    if not 2 <= len(value) <= MOST_VARIANTS:
        body.invalid("variants", f"must be 2 to {MOST_VARIANTS}, got {len(value)}")
        return ()
    arms = [_variant(one, f"variants[{place}]", faults) for place, one in enumerate(value)]
    names = [arm.name for arm in arms]
    if len(set(names)) < len(names):
        body.invalid("variants", "must have different names")
    return tuple(_with_shares(arms, body))


def _variant(value: Any, where: str, faults: Faults) -> VariantPlan:
    body = Fields(value, where, faults)
    body.needed("name")
    plan = VariantPlan(
        name=body.slug("name") or "",
        share=body.whole("share", 1, 99) or 0,
        template=body.slug("template"),
        subject=body.parsed("subject", _subject, None),
        offer=body.slug("offer"),
        has_offer=isinstance(value, Mapping) and "offer" in value,
    )
    body.done()
    return plan


def _subject(value: Any) -> str | Mapping[str, str]:
    if isinstance(value, Mapping) and value:
        return {locale_name(locale): one_line(text, _LONGEST_SUBJECT) for locale, text in value.items()}
    return one_line(value, _LONGEST_SUBJECT)


def _with_shares(arms: Sequence[VariantPlan], body: Fields) -> list[VariantPlan]:
    shares = [arm.share for arm in arms]
    if not any(shares):
        each, more = divmod(100, len(arms))
        shares = [each + (place < more) for place in range(len(arms))]
    elif sum(shares) != 100 or not all(shares):
        body.invalid("variants", f"must have shares with the sum of 100, or none at all; got {sum(shares)}")
    return [
        VariantPlan(
            name=arm.name,
            share=share,
            template=arm.template,
            subject=arm.subject,
            offer=arm.offer,
            has_offer=arm.has_offer,
        )
        for arm, share in zip(arms, shares, strict=True)
    ]


def read_winner(body: Fields) -> Winner | None:
    """The field `winner`."""
    if body.value("winner") is None:
        return None
    inner = body.inner("winner")
    inner.needed("by", "after")
    winner = Winner(
        by=inner.parsed("by", one_of(WinnerBy), "clicks"),
        after=inner.parsed("after", _after, _SHORTEST_TEST),
        test_percent=inner.whole("test_percent", 1, 90) or 20,
    )
    inner.done()
    return winner


def _after(value: Any) -> timedelta:
    after = span(value)
    if not _SHORTEST_TEST <= after <= _LONGEST_TEST:
        raise ValueError(f"must be {span_text(_SHORTEST_TEST)} to {span_text(_LONGEST_TEST)}, got {value}")
    return after


def variants_to_fields(variants: Sequence[VariantPlan]) -> list[dict[str, Any]] | None:
    """As the API shows them."""
    return [_to_fields(variant) for variant in variants] or None


def _to_fields(variant: VariantPlan) -> dict[str, Any]:
    subject = dict(variant.subject) if isinstance(variant.subject, Mapping) else variant.subject
    shown = {"name": variant.name, "share": variant.share, "template": variant.template, "subject": subject}
    shown = {name: value for name, value in shown.items() if value is not None}
    return {**shown, "offer": variant.offer} if variant.has_offer else shown


def winner_to_fields(winner: Winner | None) -> dict[str, Any] | None:
    """As the API shows it."""
    if winner is None:
        return None
    return {"by": winner.by, "after": span_text(winner.after), "test_percent": winner.test_percent}


def is_in_test(campaign: str, customer_id: str, winner: Winner) -> bool:
    """Whether this person is in the test, or waits for its winner."""
    return draw("test", campaign, customer_id) < winner.test_percent


def variant_of(variants: Sequence[Variant], campaign: str, customer_id: str) -> str | None:
    """The arm that this person is drawn for, the same at any time; None: there are no variants."""
    place = draw("variant", campaign, customer_id)
    for variant in variants:
        place -= variant.share
        if place < 0:
            return variant.name
    return variants[-1].name if variants else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a test came to."""

    winner: str
    certain: bool  # False: the difference may be chance
    reason: str  # for the marketer


def decide_winner(arms: Sequence[tuple[str, Share]], did: str) -> Decided:
    """The arm that goes to the rest.

    The rule: the highest rate wins; of equal rates, also where nobody did anything or nobody was mailed, the arm that
    stands first. Where the difference to the second may be chance (95 %), the highest rate wins all the same, for the
    other arm is no better bet, and the reason says that it is not certain.

    Args:
        arms: name and result of each, in the campaign's order.
        did: what is counted, "clicked" or "redeemed".
    """
    order = sorted(range(len(arms)), key=lambda place: (-arms[place][1].rate, place))
    (name, best), (second, other) = arms[order[0]], arms[order[1]]
    certain = verdict(best, other) == "better"
    figures = f"{best.did} of {best.of} people {did}, against {other.did} of {other.of} with {second!r}"
    if best.rate == other.rate:
        doubt = "; they are alike, so the one that stands first was taken"
    else:
        doubt = "" if certain else "; the difference may be chance"
    return Decided(winner=name, certain=certain, reason=f"variant {name!r} won: {figures}{doubt}")
