"""What a mail costs from the launch to its row: CPU in renders, requests, dollars beside SES's, memory, growth.

    .venv/bin/python -m bench.sending
    .venv/bin/python -m bench.sending 10000 1000000   # growth between these numbers of recipients; takes an hour

Over the real stores and clients; only the network is missing (bench/mails/canned.py). A render is one pure Jinja render
of the same mail, measured between the mails of the same run. Each number is the median of interleaved rounds. Writes
bench/results/latest.json, and ends with 1 over a limit.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from math import log
from pathlib import Path
from statistics import median
from typing import Any

from bench.mails.after import report_back
from bench.mails.bill import SES_MAIL, Bill
from bench.mails.peers import boto3_loop
from bench.mails.run import Bench, Result
from bench.render import counting
from chalicelib.domain.batches import BULK_BATCH_SIZE

ROUNDS = 5
LIMITS: Mapping[str, tuple[float, float]] = {  # lowest and highest
    "cpu_per_mail_in_renders": (0, 15),
    "cpu_per_mail_in_renders_bulk": (0, 5),
    "requests_per_mail_bulk": (0, 0.22),
    "requests_per_mail_bulk_unique": (0, 0.27),
    "overhead_percent_of_ses": (0, 3.5),
    "growth_exponent_cpu": (0.97, 1.03),
    "growth_exponent_requests": (0.97, 1.03),
    "peak_memory_mib": (0, 150),
    "click_import_ratio": (0, 0.2),
    "compiles_per_mail": (0, 0),
}
RESULTS = Path(__file__).parent / "results" / "latest.json"
CLICK_MODULE = "chalicelib.web.link_pages"
_MAILS, _MANY = 2000, 12_000  # for CPU; for requests, among which few do not grow with the mails
_CALL_SECONDS = 0.25  # that a sender waits for one bulk call of SES: assumed, not measured
_GIB = 1.0  # of a sender


def main() -> int:
    """Print and keep the numbers; 1 where a limit is broken."""
    sizes = [int(size) for size in sys.argv[1:3]] or [8000, 32_000]
    numbers = {**_mails(), **_growth(*sizes), "overhead_percent_of_ses": _overhead(), **_processes(sizes[-1])}
    broken = [name for name, (low, high) in LIMITS.items() if not low <= numbers[name] <= high]
    for name, value in numbers.items():
        limit = f"  (limit {LIMITS[name][1]})" if name in LIMITS else ""
        print(f"{name:<32} {value}{limit}{'  BROKEN' if name in broken else ''}")
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**known, **numbers}, indent=2) + "\n")
    return 1 if broken else 0


def _mails() -> dict[str, Any]:
    """CPU, requests and compilations of both roads, and how the plain loop compares."""
    single, bulk = Bench(400, bulk=False), Bench(_MAILS, bulk=True)
    for bench in (single, bulk):
        bench.send()
    rounds = [(single.send(), bulk.send(), boto3_loop(single)) for _ in range(ROUNDS)]
    with counting() as compiled:
        bulk.send()
    return {
        "cpu_per_mail_in_renders": _median(one.in_renders for one, _, _ in rounds),
        "cpu_per_mail_in_renders_bulk": _median(many.in_renders for _, many, _ in rounds),
        "requests_per_mail_bulk": _requests(unique=False),
        "requests_per_mail_bulk_unique": _requests(unique=True),
        "compiles_per_mail": sum(compiled.values()) / _MAILS,
        "peers": {
            "boto3_loop": _median(loop / _seconds(many) for _, many, loop in rounds),
            "boto3_loop_one_a_call": _median(loop / _seconds(one) for one, _, loop in rounds),
        },
    }


def _requests(*, unique: bool) -> float:
    """The same in every run: nothing in it is left to chance."""
    return round(Bench(_MANY, bulk=True, unique=unique).send().requests_per_mail, 4)


def _growth(few: int, many: int) -> dict[str, float]:
    """Exponents of CPU and requests in the number of recipients: 1.0 is linear."""
    small, large = Bench(few, bulk=True), Bench(many, bulk=True)
    small.send()
    rounds = [(small.send(), large.send()) for _ in range(ROUNDS if many <= 32_000 else 1)]

    def exponent(of: Callable[[Result], float]) -> float:
        return _median(log(of(much) / of(little)) / log(many / few) for little, much in rounds)

    return {
        "growth_exponent_cpu": exponent(lambda result: result.seconds / result.render),
        "growth_exponent_requests": exponent(lambda result: float(result.requests.total())),
    }


def _overhead() -> float:
    """All but SES, in percent of SES's price, with feedback, one open a mail and 5 % clicks; on the bulk road."""
    bench, bill = Bench(_MAILS, bulk=True, keeps_rows=True), Bill()
    bench.aws.watch = bill.watch
    result = bench.send()
    seconds = result.seconds + report_back(bench, bill)
    calls = result.requests["sesv2.SendBulkEmail"]
    wakes = result.mails / BULK_BATCH_SIZE + 1  # messages of the queues: received, deleted, each calls a function
    bill.add("SQS request", 2 * wakes)
    bill.add("Lambda call", wakes)
    bill.add("Lambda GiB second", (seconds + calls * _CALL_SECONDS) * _GIB)
    for what, count in sorted(bill.units.items()):
        print(f"  {what:<20} {count / result.mails:.4f} a mail")
    return round(100 * bill.dollars() / result.mails / SES_MAIL, 3)


def _processes(mails: int) -> dict[str, float]:
    """What needs a fresh process: memory, and what an import takes."""
    imports = [(_child("import", CLICK_MODULE), _child("import", "boto3")) for _ in range(ROUNDS)]
    return {
        "peak_memory_mib": round(_child("memory", str(mails)), 1),
        "click_import_ratio": _median(click / boto3 for click, boto3 in imports),
    }


def _child(*arguments: str) -> float:
    command = [sys.executable, "-m", "bench.mails.child", *arguments]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - our own


def _seconds(result: Result) -> float:
    return result.seconds / result.mails


def _median(values: Iterable[float]) -> float:
    return round(median(values), 4)


if __name__ == "__main__":
    sys.exit(main())
