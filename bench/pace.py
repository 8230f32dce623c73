"""How much of the account's rate is used, and that no second gets more, by arrival at SES, in simulated time.

    .venv/bin/python -m bench.pace                 # three campaigns of 12,000 at 200 a second, both roads, five seeds
    .venv/bin/python -m bench.pace 100000          # a campaign of so many on accounts of 14, 200 and 1,000 a second

The use cases are the real ones; calls take as long as in a region of AWS, functions start cold, messages come late
(bench/simulated). With a trickle of transactional mail. Adds `rate_share_percent` and `worst_second_percent` to
bench/results/latest.json, and ends with 1 over a limit.
"""

import json
import sys
from bisect import bisect_left
from pathlib import Path
from statistics import median
from typing import Any

from bench.simulated.account import Account, Outcome, Scenario

LEAST_SHARE, WORST_SECOND = 97.0, 100.0  # percent of the rate
SEEDS = 5
RESULTS = Path(__file__).parent / "results" / "latest.json"
_STARTING, _ENDING = 20.0, 20.0  # seconds in which the senders start, and in which the last batches run out
_SMALL = 12_000


def simulate(rate: float, people: int, *, bulk: bool, seed: int = 1, seconds: float | None = None) -> Outcome:
    """One campaign, two smaller ones that are launched meanwhile, a transactional mail every five seconds or so."""
    campaigns = {"spring": (people, 0.0), "summer": (people // 10, 15.0), "autumn": (people // 10, 30.0)}
    return Account(Scenario(rate=rate, bulk=bulk, campaigns=campaigns, seed=seed)).run(seconds)


def worst_second(outcome: Outcome) -> int:
    """The most mails that arrived in any sliding second."""
    at = sorted(arrival[0] for arrival in outcome.arrivals)
    return max(bisect_left(at, first + 1.0) - place for place, first in enumerate(at))


def share(outcome: Outcome, until: float | None = None) -> float:
    """Percent of the rate that was used between start and end, or until then."""
    at = sorted(arrival[0] for arrival in outcome.arrivals)
    end = until or at[-1] - _ENDING
    return 100 * (bisect_left(at, end) - bisect_left(at, _STARTING)) / (end - _STARTING) / outcome.scenario.rate


def numbers(outcome: Outcome) -> dict[str, Any]:
    """What is printed of one run."""
    mails, waits = len(outcome.arrivals), sorted(outcome.waits)
    return {
        "rate": outcome.scenario.rate,
        "road": "bulk" if outcome.scenario.bulk else "single",
        "mails": mails,
        "minutes": round(outcome.seconds / 60, 1),
        "share_percent": round(share(outcome), 2),
        "worst_second_percent": round(100 * worst_second(outcome) / outcome.scenario.rate, 2),
        "transactional_p95_seconds": round(waits[int(0.95 * len(waits))], 2) if waits else None,
        "requests_per_mail": round(sum(outcome.requests.values()) / mails, 3),
        "pace_requests_per_mail": round((outcome.requests["pace.load"] + outcome.requests["pace.save"]) / mails, 3),
        "kilobytes_per_mail": round(outcome.kilobytes / mails, 2),
        "failures": len(outcome.failures),
        "pending": outcome.pending,
    }


def main() -> int:
    """Print and keep the numbers; 1 where a limit is broken."""
    found = []
    if len(sys.argv) > 1:
        cases = [(rate, int(sys.argv[1]), bulk, 1) for rate in (14.0, 200.0, 1000.0) for bulk in (True, False)]
        cases = [case for case in cases if case[0] < 1000 or case[2]]  # one by one a thousand a second want 250 senders
    else:
        cases = [(200.0, _SMALL, bulk, seed) for seed in range(SEEDS) for bulk in (True, False)]
    for rate, people, bulk, seed in cases:
        found.append(numbers(simulate(rate, people, bulk=bulk, seed=seed)))
        print("  ".join(f"{name}: {value}" for name, value in found[-1].items()), flush=True)
    result = {
        "rate_share_percent": min(_share(found, road) for road in ("bulk", "single")),
        "worst_second_percent": max(one["worst_second_percent"] for one in found),
    }
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**known, **result}, indent=2) + "\n")
    held = result["rate_share_percent"] >= LEAST_SHARE and result["worst_second_percent"] <= WORST_SECOND
    print(f"{result}: {'held' if held else 'BROKEN'}")
    return 0 if held else 1


def _share(found: list[dict[str, Any]], road: str) -> float:
    """The median over the seeds, or over the rates."""
    return float(median(one["share_percent"] for one in found if one["road"] == road))


if __name__ == "__main__":
    sys.exit(main())
