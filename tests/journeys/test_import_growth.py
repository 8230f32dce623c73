"""`habitue import` of large files against the packaged stack: what a shop waits for, and what the command holds."""

import os
import re
import subprocess
import sys
import time
from json import loads
from math import log
from pathlib import Path
from statistics import fmean

import pytest

from chalicelib.deploy.places import ROOT
from tests.journeys.storefront import Storefront
from tests.services.import_bench import rows

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timed]
SMALL, LARGE = 10_000, 100_000
# The command, which tells at its end how much it held: getrusage() would count the memory of this process, too.
COMMAND = """import atexit, os, pathlib, sys
from chalicelib.cli import main
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: pathlib.Path(os.environ["PEAK"]).write_text(status.read_text()))
sys.exit(main())
"""


def test_a_hundred_thousand_rows_take_ten_times_as_long_as_ten_thousand(shop: Storefront, tmp_path: Path) -> None:
    """Wall time from the command's start to its end, and the greatest memory of the command."""
    _import(shop, tmp_path / "woken", 200)  # wakes the functions
    # The small one before and after the large one: a machine that gets slower meanwhile is no growth of ours.
    turns = [_import(shop, tmp_path / str(turn), count) for turn, count in enumerate((SMALL, LARGE, SMALL))]
    (before, memory), (large, large_memory), (after, _) = turns
    exponent = log(large / fmean([before, after])) / log(LARGE / SMALL)
    print(f"{before:.1f} and {after:.1f} s, {large:.1f} s, exponent {exponent:.3f}, {memory}, {large_memory} KiB")  # noqa: T201

    assert exponent <= 1.05
    assert large_memory <= 1.2 * memory


def _import(shop: Storefront, folder: Path, count: int) -> tuple[float, int]:
    """(seconds, KiB at most) of one import of customers whom nobody knows yet, one row in a hundred of them bad."""
    folder.mkdir()
    file = folder / "customers.csv"
    with file.open("w") as out:
        out.writelines(
            f"{folder.name}-{line}" if line.startswith("c") else line for line in rows("customers", count, bad_each=100)
        )
    command = [sys.executable, "-c", COMMAND, "import", "customers", str(file), "--json"]
    peak = folder / "status"
    environment = {
        **os.environ,
        "HABITUE_URL": shop.stack.url,
        "HABITUE_API_KEY": shop.client.key,
        "PEAK": str(peak),
    }
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)  # noqa: S603
    seconds = time.monotonic() - began
    report = loads(done.stdout)
    assert (report["created"], report["refused"]) == (count - count // 100, count // 100)
    [most] = re.findall(r"VmHWM:\s+(\d+) kB", peak.read_text())
    return seconds, int(most)
