from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.mailboxes import Consent, Mailbox, Suppression
from chalicelib.domain.suppressions import lift, suppress
from chalicelib.errors import Conflict

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HARD = Suppression(reason="hard_bounce", scope="all", at=NOW)
SOFT = Suppression(reason="soft_bounces", scope="marketing", at=NOW)
BY_HAND = Suppression(reason="operator", scope="all", at=NOW + timedelta(days=1))
ERASED = Suppression(reason="erased", scope="all", at=NOW + timedelta(days=2))
BOX = Mailbox(hash="h", consent=Consent(status="granted", at=NOW))


@pytest.mark.parametrize(
    ("standing", "fresh", "holds"),
    [
        (None, SOFT, SOFT),
        (None, HARD, HARD),
        (SOFT, HARD, HARD),
        (SOFT, replace(BY_HAND, scope="marketing"), SOFT),
        (SOFT, BY_HAND, BY_HAND),
        (HARD, BY_HAND, HARD),
        (HARD, SOFT, HARD),
        (HARD, ERASED, ERASED),
        (ERASED, BY_HAND, ERASED),
    ],
)
def test_the_wider_one_holds_and_of_two_alike_the_first(standing, fresh, holds):
    assert suppress(replace(BOX, suppression=standing), fresh) == replace(BOX, suppression=holds)


def test_lifting_takes_the_soft_bounces_along_and_leaves_the_consent():
    box = replace(BOX, suppression=SOFT, soft_bounces=(NOW,) * 5)

    assert lift(box, NOW) == replace(BOX, lifted_at=NOW)
    assert lift(BOX, NOW) == BOX


def test_an_erased_address_stays():
    """C7."""
    with pytest.raises(Conflict, match="erased"):
        lift(replace(BOX, suppression=replace(HARD, reason="erased")), NOW)
