"""A walk over all customers is begun once for each occasion, and its end is noticed once all parts are there."""

from typing import Any

import pytest

from chalicelib.domain.scans import scan_from_body
from chalicelib.services.scan_runs import PARTS, begin_run, end_part, ended, is_void
from tests.fakes import make_app


@pytest.fixture
def app() -> Any:
    return make_app()


def scans(app):
    return [scan_from_body(body) for body in app.queue.take("scan")]


def test_a_run_is_begun_once_for_each_occasion(app):
    assert begin_run(app, "measure", "monday") is True
    assert begin_run(app, "measure", "monday") is False

    found = scans(app)
    assert [(one.job, one.part, one.parts, one.cursor) for one in found] == [
        ("measure", part, PARTS, None) for part in range(PARTS)
    ]
    assert len({one.run for one in found}) == 1

    assert begin_run(app, "measure", "tuesday") is True
    assert {one.run for one in scans(app)} != {found[0].run}


def test_the_end_is_noticed_by_the_last_part_whatever_their_sequence_and_however_often(app):
    begin_run(app, "measure", "monday")
    first, *others = scans(app)

    assert [end_part(app, one) for one in (*others, others[0])] == [False] * PARTS
    assert not ended(app, "measure", "monday")

    assert end_part(app, first) is True
    assert end_part(app, first) is True
    assert ended(app, "measure", "monday")
    assert not ended(app, "measure", "tuesday")
    assert not ended(app, "refresh-never", "monday")


def test_a_part_of_an_older_run_is_void_and_ends_nothing(app):
    begin_run(app, "measure", "monday")
    old = scans(app)
    begin_run(app, "measure", "tuesday")
    new = scans(app)

    assert [is_void(app, one) for one in (old[0], new[0])] == [True, False]
    assert [end_part(app, one) for one in old] == [False] * PARTS
    assert not ended(app, "measure", "tuesday")


def test_whoever_dies_before_the_messages_are_out_is_followed_by_one_who_sends_them(app, monkeypatch):
    """A2."""

    def dies(*_args, **_more):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(app.queue, "send", dies)
        with pytest.raises(RuntimeError):
            begin_run(app, "measure", "monday")

    assert begin_run(app, "measure", "monday") is True
    assert len(scans(app)) == PARTS
    assert begin_run(app, "measure", "monday") is False
