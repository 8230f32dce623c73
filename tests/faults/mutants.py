"""Faults that somebody might write into the sending one day, each with the tests that have to notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """One text of one file replaced by another; the program still runs, and does something wrong."""

    name: str  # as docs/testing.md lists it
    file: str
    old: str  # stands there exactly once
    new: str
    killers: tuple[str, ...]  # test files, the quickest first


_KILLS = "tests/faults/test_kill_points.py"
_STORIES = "tests/faults/test_sending_model.py"

MUTANTS = (
    Mutant(
        "the claim does not look at the mailbox's revision",
        "chalicelib/storage/mailboxes.py",
        '"hash" = ? AND "rev" = ? AND',
        '"hash" = ? AND "rev" >= ? AND',
        ("tests/storage/test_mailboxes.py",),
    ),
    Mutant(
        "the check comes before the claim, on an older look at the mailbox",
        "chalicelib/services/claim_people.py",
        "    late = _hold_back(app,",
        "    boxes |= app.mailboxes.get_many(list(wanted))\n    late = _hold_back(app,",
        ("tests/services/test_claim_people.py", _STORIES),
    ),
    Mutant(
        "botocore's own retries of a send are on",
        "chalicelib/wiring.py",
        'Config(retries={"total_max_attempts": 1}',
        'Config(retries={"total_max_attempts": 3}',
        ("tests/test_wiring.py",),
    ),
    Mutant(
        "the row is written before the call",
        "chalicelib/services/single_calls.py",
        "            answer = _send(handing, mail)\n",
        '            handing.app.rows.record([handing._row(customer, "sent")])\n'
        "            answer = _send(handing, mail)\n",
        (_KILLS,),
    ),
    Mutant(
        "nobody notes whose mail goes next",
        "chalicelib/services/single_calls.py",
        "    handing.mark(some)\n",
        "",
        (_KILLS,),
    ),
    Mutant(
        "the mark of an attempt that died is ignored",
        "chalicelib/services/send_batch.py",
        "    mark = attempt.batch.in_flight\n",
        "    mark = None\n",
        (_KILLS,),
    ),
    Mutant(
        "a lost answer is tried again",
        "chalicelib/services/handing.py",
        '            return self._row(customer, "unknown", answer.message)',
        "            return None",
        ("tests/services/test_hand_over.py", "tests/services/test_send_batch.py"),
    ),
    Mutant(
        "a call of many whose answer was lost is made again, one by one",
        "chalicelib/services/bulk_calls.py",
        "    except MailUnknown as error:\n        return [error] * len(call.mails)",
        "    except MailUnknown:\n        return None",
        ("tests/services/test_bulk_calls.py",),
    ),
    Mutant(
        "a lease does not keep a rival away",
        "chalicelib/storage/batches.py",
        "lease.#until < :now OR lease.attempt = :attempt",
        "lease.#until < :now OR attribute_exists(lease.attempt) OR lease.attempt = :attempt",
        ("tests/storage/test_batches.py",),
    ),
    Mutant(
        "a sender does not look whether the campaign was paused",
        "chalicelib/services/handing.py",
        'if message is None or message.state in {"paused", "cancelled"}:',
        "if message is None:",
        ("tests/services/test_hand_over.py",),
    ),
    Mutant(
        "what SES refused keeps its claim and its voucher",
        "chalicelib/services/send_batch.py",
        "    give_back(app, message, batch, {customer.id: customer.mailbox for customer in outcome.refused})\n",
        "",
        (_KILLS,),
    ),
    Mutant(
        "a row that says sent goes back to failed",
        "chalicelib/domain/rows.py",
        '"failed": 3, "sent": 4}',
        '"failed": 4, "sent": 3}',
        ("tests/domain/test_rows.py",),
    ),
    Mutant(
        "two customers with one address in one batch are both mailed",
        "chalicelib/services/claim_people.py",
        "if customer.mailbox in taken or customer.mailbox in wanted:",
        "if customer.mailbox in taken:",
        ("tests/services/test_claim_people.py", _KILLS),
    ),
    Mutant(
        "a hard bounce does not suppress",
        "chalicelib/services/record_events.py",
        "    if event.suppresses or event.soft:\n",
        "    if event.soft:\n",
        ("tests/services/test_record_events.py",),
    ),
    Mutant(
        "the holdout is mailed",
        "chalicelib/domain/decisions.py",
        "if isinstance(decision, Send) and is_held_out(",
        "if isinstance(decision, Skip) and is_held_out(",
        ("tests/domain/test_decisions.py",),
    ),
    Mutant(
        "a cap lets one more through",
        "chalicelib/domain/caps.py",
        "        places = cap.count + extra\n",
        "        places = cap.count + extra + 1\n",
        ("tests/domain/test_caps.py",),
    ),
    Mutant(
        "what is too late is sent all the same",
        "chalicelib/domain/decisions.py",
        "    if now > due + message.max_lateness:\n",
        "    if now > due + 2 * message.max_lateness:\n",
        ("tests/domain/test_decisions.py",),
    ),
    Mutant(
        "a second has one mail too many",
        "chalicelib/domain/beats.py",
        "        return max(1, int(self.rate))\n",
        "        return max(1, int(self.rate) + 1)\n",
        ("tests/domain/test_pace.py",),
    ),
    Mutant(
        "opening the unsubscribe link unsubscribes",
        "chalicelib/web/link_pages.py",
        "    if read_unsubscribe(app, token):\n",
        "    if unsubscribed(app, token) and read_unsubscribe(app, token):\n",
        ("tests/web/test_public.py",),
    ),
    Mutant(
        "a link's signature is not looked at",
        "chalicelib/email/links.py",
        "not any(compare_digest(mac, _mac(key, purpose, signed)) for key in candidates)",
        "not any(_mac(key, purpose, signed) for key in candidates)",
        ("tests/email/test_links.py",),
    ),
    Mutant(
        "the second header of the one-click button is missing",
        "chalicelib/services/compose_mail.py",
        '"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"',
        '"X-List-Unsubscribe-Post": "List-Unsubscribe=One-Click"',
        ("tests/services/test_compose_mail.py",),
    ),
    Mutant(
        "a voucher that was used can be used again",
        "chalicelib/storage/redemptions.py",
        '"ConditionExpression": "#status IN (:issued, :activated)",',
        '"ConditionExpression": "#status IN (:issued, :activated, :redeemed)",',
        ("tests/storage/test_redemptions.py",),
    ),
)
