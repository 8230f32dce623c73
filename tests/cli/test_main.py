"""What holds for every command: exit codes, help, where the stack is, errors on stderr."""

import json
import os
from collections.abc import Iterator

import click
import pytest

from chalicelib.cli import cli


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


COMMANDS = list(commands())


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_says_what_a_command_does_and_shows_an_example(alone, path):
    ran = alone(*path, "--help")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: habitue {' '.join(path)} ")
    assert f"Example:\n      habitue {' '.join(path)}" in ran.out
    assert "--json" in ran.out


def test_the_command_alone_lists_what_there_is(alone):
    ran = alone("--help")

    assert ran.code == 0
    for name in {path[0] for path in COMMANDS}:
        assert f"\n  {name} " in ran.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["vouchr"], "No such command 'vouchr'. Did you mean 'voucher'?"),
        (["segment", "drop", "regulars"], "No such command 'drop'"),
        (["segment", "count"], "Missing argument 'NAME'"),
        (["segment", "count", "regulars", "--all"], "No such option"),
        (["local", "--port", "99999"], "99999 is not in the range"),
        (["local", "--now", "tomorrow"], "'tomorrow' is no time; write it as 2026-12-24T08:00:00+00:00"),
        (["deploy"], "Missing option '--domain'"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(alone, arguments, words):
    ran = alone(*arguments)

    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert "Usage: habitue" in ran.err


def test_without_a_stack_the_way_to_one_is_told(alone):
    ran = alone("segment", "count", "regulars")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "habitue: No local stack runs here. Start one with `habitue local`, or set HABITUE_URL and HABITUE_API_KEY.\n"
    )


def test_a_dead_stack_is_named(alone, tmp_path):
    (tmp_path / ".local").mkdir()
    dead = os.fork()
    if dead == 0:
        os._exit(0)
    os.waitpid(dead, 0)
    told = {"url": "http://127.0.0.1:1", "api_key": "k", "pid": dead}
    (tmp_path / ".local" / "stack.json").write_text(json.dumps(told))

    ran = alone("flow", "list")

    assert (ran.code, ran.out) == (1, "")
    assert f"(process {dead}) has ended. Start it with `habitue local`." in ran.err


def test_an_address_without_a_key_is_refused(alone, monkeypatch):
    monkeypatch.setenv("HABITUE_URL", "https://api.example.com")

    ran = alone("flow", "list")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "habitue: HABITUE_URL is set but HABITUE_API_KEY is not: commands need both.\n"


def test_a_stack_that_does_not_answer_is_named(alone, monkeypatch):
    monkeypatch.setenv("HABITUE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("HABITUE_API_KEY", "k")

    ran = alone("flow", "list", "--json")

    assert (ran.code, ran.out) == (1, "")
    assert "http://127.0.0.1:1 does not answer" in ran.err


def test_a_wrong_key_is_the_apis_own_refusal(habitue, monkeypatch):
    monkeypatch.setenv("HABITUE_API_KEY", "another-key")

    ran = habitue("flow", "list")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("habitue: The API key is missing or wrong.")


def test_what_is_stopped_by_hand_ends_with_1_and_no_trace(alone, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("chalicelib.cli.flows.connect", interrupted)

    ran = alone("flow", "list")

    assert (ran.code, ran.out, ran.err.strip()) == (1, "", "Stopped.")
