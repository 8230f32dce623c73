from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from chalicelib.errors import Conflict, IdempotencyMismatch, InvalidInput, MalformedRequest
from chalicelib.services.answer_once import answer_once
from tests.fakes import FixedClock, make_app


class Work:
    """Counts how often it was done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self):
        self.done += 1
        return {"number": self.done}


def ask(app, work, key="k", request=None, scope="POST /v1/imports"):
    return answer_once(app, scope=scope, key=key, request=request or {"a": 1}, work=work)


def test_the_same_request_again_gets_the_first_answer_and_does_nothing():
    app, work = make_app(), Work()

    assert [ask(app, work) for _ in range(100)] == [{"number": 1}] * 100
    assert work.done == 1


def test_another_key_or_route_is_another_request():
    app, work = make_app(), Work()

    assert [ask(app, work), ask(app, work, key="k2"), ask(app, work, scope="POST /v1/orders")] == [
        {"number": 1},
        {"number": 2},
        {"number": 3},
    ]


def test_the_same_key_with_another_body_is_refused_and_does_nothing():
    app, work = make_app(), Work()
    ask(app, work)

    with pytest.raises(IdempotencyMismatch, match="Choose a new key for a new one"):
        ask(app, work, request={"a": 2})
    assert work.done == 1
    assert ask(app, work) == {"number": 1}


def test_the_order_of_fields_does_not_make_another_body():
    app, work = make_app(), Work()

    assert ask(app, work, request={"a": 1, "b": 2}) == ask(app, work, request={"b": 2, "a": 1})


def test_the_answer_is_kept_for_24_hours():
    clock = FixedClock()
    app, work = make_app(clock=clock), Work()
    ask(app, work)

    clock.machine += timedelta(hours=24) - timedelta(microseconds=1)
    assert ask(app, work) == {"number": 1}
    clock.machine += timedelta(microseconds=1)
    assert ask(app, work, request={"a": 2}) == {"number": 2}


def test_what_failed_may_be_tried_again_under_the_same_key():
    app, work = make_app(), Work()

    def refuse():
        raise InvalidInput("no")

    with pytest.raises(InvalidInput):
        ask(app, refuse)
    assert ask(app, work) == {"number": 1}


def test_a_request_that_is_still_running_is_not_run_beside_until_it_must_have_died():
    clock = FixedClock()
    app, work = make_app(clock=clock), Work()

    class Killed(BaseException):
        """As a process that ends."""

    def die():
        raise Killed

    with pytest.raises(Killed):
        ask(app, die)
    with pytest.raises(Conflict, match="still running. Try again in a few seconds"):
        ask(app, work)
    assert work.done == 0
    clock.machine += timedelta(seconds=60)
    assert ask(app, work) == {"number": 1}


def test_of_many_at_once_one_runs():
    app, work, gate = make_app(), Work(), Barrier(16)

    def one(_):
        gate.wait()
        try:
            return ask(app, work)
        except Conflict:
            return None

    with ThreadPoolExecutor(16) as pool:
        answers = [answer for answer in pool.map(one, range(16)) if answer is not None]

    assert work.done == 1
    assert answers
    assert answers == [{"number": 1}] * len(answers)


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_must_have_a_sane_length(key):
    with pytest.raises(MalformedRequest, match="1 to 255 characters"):
        ask(make_app(), Work(), key=key)


def test_an_empty_answer_is_an_answer():
    app, done = make_app(), []

    def work():
        done.append(1)
        return {}

    assert [ask(app, work), ask(app, work)] == [{}, {}]
    assert done == [1]


def test_a_rival_that_began_between_reading_and_writing_wins(monkeypatch):
    app, work = make_app(), Work()
    begun: list[str] = []
    get = app.catalog.get

    def late(kind, name):
        found = get(kind, name)
        if kind == "once" and not begun:
            begun.append(name)
            ask(app, work)
        return found

    monkeypatch.setattr(app.catalog, "get", late)
    with pytest.raises(Conflict, match="still running"):
        ask(app, work)
    assert work.done == 1
    assert ask(app, work) == {"number": 1}
