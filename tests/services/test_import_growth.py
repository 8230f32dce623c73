"""How the work and the memory of an import grow with its rows, measured in one run against stores that keep nothing.

Measured: CPU seconds of split and parts (medians of interleaved rounds), and the peak of Python's memory in one
process that does all parts one after the other. On AWS each part has a function of its own, up to five at once.
"""

import gc
from math import log
from statistics import median

import pytest

from tests.services.import_bench import begin, measured_app, peak, report, rows, seconds

SMALL, LARGE = 10_000, 100_000
ROUNDS = 5


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_time_grows_as_the_rows_do(kind, tmp_path):
    """The exponent of time from 10,000 to 100,000 rows is at most 1.05."""
    app = measured_app(tmp_path)
    spent: dict[int, list[float]] = {SMALL: [], LARGE: []}
    for _ in range(ROUNDS):
        for count in (SMALL, LARGE):
            import_id = begin(app, kind, rows(kind, count))
            gc.collect()
            spent[count].append(seconds(app, import_id))
            assert report(app, import_id)["refused"] == 0
    exponent = log(median(spent[LARGE]) / median(spent[SMALL])) / log(LARGE / SMALL)
    print(f"{kind}: {median(spent[SMALL]):.2f} s, {median(spent[LARGE]):.2f} s, exponent {exponent:.3f}")  # noqa: T201
    assert exponent <= 1.05


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
