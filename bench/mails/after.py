"""What comes after the mails: SES's events of each, one open a mail, and 5 % who click."""

from time import process_time

from bench.mails.bill import Bill
from bench.mails.run import Bench
from chalicelib.domain.mail_events import EventKind, MailEvent
from chalicelib.domain.tracked_links import TrackedLink
from chalicelib.services.follow_click import follow_click
from chalicelib.services.record_events import record_events

CLICKS = 0.05
_A_FILE = 500  # events that Firehose puts into one
_ACCEPTED: tuple[EventKind, ...] = ("sent", "delivered")
_CLICK_SECONDS = 0.02  # of a function with half a GiB


def report_back(bench: Bench, bill: Bill) -> float:
    """Let the feedback of the last campaign come in; seconds of CPU that it took. The bench must keep rows."""
    # A mail is delivered seconds after it was sent, so one file tells of both; opens come later.
    accepted = [_event(bench, key, kind) for key in _rows(bench) for kind in _ACCEPTED]
    events = accepted + [_event(bench, key, "opened") for key in _rows(bench)]
    before = bench.aws.seconds
    started = process_time()
    for start in range(0, len(events), _A_FILE):
        record_events(bench.app, events[start : start + _A_FILE])
    seconds = process_time() - started - (bench.aws.seconds - before)
    files = len(events) / _A_FILE
    bill.add("Firehose record", len(events))
    bill.add("S3 write", 2 * files)  # Firehose's file, and the facts that are kept of it
    bill.add("S3 read", files)
    bill.add("Lambda call", files)
    clicks = round(CLICKS * bench.aws.people.count)
    for message_id, batch_id, customer_id in _rows(bench)[:clicks]:
        link = TrackedLink(message_id=message_id, batch_id=batch_id, customer_id=customer_id, url="https://x.example/")
        follow_click(bench.app, bench.app.signer.sign("c", link.to_fields()))
    bill.add("API request", clicks)
    bill.add("Lambda call", clicks)
    bill.add("Lambda GiB second", clicks * _CLICK_SECONDS / 2)
    return seconds


def _rows(bench: Bench) -> list[tuple[str, str, str]]:
    return bench.aws.rows()


def _event(bench: Bench, key: tuple[str, str, str], kind: EventKind) -> MailEvent:
    message_id, batch_id, customer_id = key
    at = bench.clock.now()
    return MailEvent(kind=kind, at=at, message_id=message_id, batch_id=batch_id, customer_id=customer_id, ses_id="x")
