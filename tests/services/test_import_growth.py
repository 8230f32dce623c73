"""How the work and the memory of an import grow with its rows, measured in one run against stores that keep nothing.

Measured: CPU seconds of split and parts (the best of some rounds), function calls, and the peak of memory in one
process that does all parts one after the other. On AWS each part has a function of its own, up to five at once.
"""

import gc
from cProfile import Profile
from itertools import count as count_up
from math import log
from statistics import mean

import pytest

from chalicelib.ports import App
from tests.services.import_bench import begin, measured_app, peak, report, rows, seconds
from tests.services.importing import work_off

SMALL, LARGE = 10_000, 100_000
ROUNDS = 5
_numbers = count_up()


@pytest.mark.slow
@pytest.mark.timed
@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_time_grows_as_the_rows_do(kind, tmp_path):
    """The exponent of time from 10,000 to 100,000 rows is at most 1.05.

    Ten small imports stand against one large one, so that both take as long and meet the same neighbours; of each the
    quickest of five rounds counts, for others on the machine can only slow it down.
    """
    app = measured_app(tmp_path)
    small, large = [], []
    for _ in range(ROUNDS):
        small.append(mean(_seconds(app, kind, SMALL) for _ in range(LARGE // SMALL)))
        large.append(_seconds(app, kind, LARGE))
    exponent = log(min(large) / min(small)) / log(LARGE / SMALL)
    print(f"{kind}: {min(small):.2f} s for {SMALL}, {min(large):.2f} s for {LARGE}, exponent {exponent:.3f}")  # noqa: T201
    assert exponent <= 1.05


def _seconds(app: App, kind: str, count: int) -> float:
    # Ids of its own: what was read before is still in the caches.
    import_id = begin(app, kind, rows(kind, count, first=next(_numbers) * LARGE))
    gc.collect()
    # What this process holds beside the import is nobody's growth, but each full collection would walk through it.
    gc.freeze()
    spent = seconds(app, import_id)
    gc.unfreeze()
    assert report(app, import_id)["refused"] == 0
    return spent


@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_ten_times_the_rows_make_ten_times_the_calls(kind, tmp_path):
    """What no neighbour on the machine can disturb: how many functions are called."""
    app = measured_app(tmp_path)
    _calls(app, kind, 500)  # what is read once per process is read now
    few, many = _calls(app, kind, 1_000), _calls(app, kind, 10_000)

    assert log(many / few) / log(10) <= 1.01


def _calls(app: App, kind: str, count: int) -> int:
    import_id, profile = begin(app, kind, rows(kind, count)), Profile()
    profile.enable()
    work_off(app, import_id)
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_memory_does_not_grow_with_the_rows(kind, tmp_path):
    app = measured_app(tmp_path)
    peaks = [peak(app, begin(app, kind, rows(kind, count))) for count in (SMALL, LARGE)]
    print(f"{kind}: peaks of {peaks[0] >> 20} and {peaks[1] >> 20} MiB")  # noqa: T201

    # The texts, times and prices of orders that repeat are kept, ten thousand of each at most.
    assert peaks[1] <= 1.2 * peaks[0] + (12 << 20)
    assert peaks[1] < 100 << 20


@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_of_a_file_with_one_bad_row_in_a_hundred_the_others_are_kept(kind, tmp_path):
    app = measured_app(tmp_path)
    import_id = begin(app, kind, rows(kind, 3_000, bad_each=100))
    seconds(app, import_id)
    found = report(app, import_id)

    assert (found["status"], found["read"], found["refused"]) == ("done", 3_000, 30)
    assert found["created"] == (2_970 if kind == "customers" else 750)
    assert found["rows"] == [
        {
            "line": 101,
            "column": "email" if kind == "customers" else "quantity",
            "reason": found["rows"][0]["reason"],
        }
    ]
