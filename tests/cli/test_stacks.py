"""`habitue local` and `habitue deploy`: their options, and what stops them before anything is started."""

import json
import socket
from datetime import UTC, datetime

import pytest

from chalicelib.local import run


def test_a_taken_port_is_a_clear_error_with_a_mend(alone, monkeypatch):
    monkeypatch.setattr("chalicelib.local.session.check_ministack", lambda _: None)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        ran = alone("local", "--port", str(port))

    assert ran.code == 1
    assert f"habitue: Port {port} is taken" in ran.err
    assert f"`make run PORT={port + 1}`" in ran.err
    assert "Traceback" not in ran.err


def test_a_half_made_environment_is_a_clear_error_with_a_mend(alone, monkeypatch, tmp_path):
    monkeypatch.setattr("chalicelib.local.session.MINISTACK_PYTHON", tmp_path / "bin" / "python")

    ran = alone("local", "--port", "0")

    assert ran.code == 1
    assert "is missing or half made: run `make setup`" in ran.err


@pytest.fixture
def served(monkeypatch):
    """What `habitue local` would start."""
    started = []

    def serve(options, say, show):
        started.append(options)
        say("Starting ...")
        show({"url": "u", "console": "u/console", "mailbox": "u/local/mailbox", "api": "u/v1", "api_key": "k"})

    monkeypatch.setattr(run, "serve", serve)
    return started


def test_the_addresses_and_the_key_are_told(alone, served, tmp_path):
    ran = alone(
        *("local", "--port", "8001", "--customers", "9", "--now", "2026-12-24T08:00:00", "--rate", "14", "--empty"),
        *("--data", tmp_path / "data"),
    )

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "Starting ...",
        "",
        "  Console   u/console",
        "  Mailbox   u/local/mailbox",
        "  API       u/v1",
        "  API key   k",
        "",
        "Ctrl-C ends it.",
    ]
    assert served == [
        run.RunOptions(
            port=8001,
            empty=True,
            customers=9,
            data_dir=tmp_path / "data",
            now=datetime(2026, 12, 24, 8, tzinfo=UTC),
            rate=14.0,
        )
    ]


@pytest.mark.usefixtures("served")
def test_json_is_all_that_stands_on_stdout(alone):
    ran = alone("local", "--json")

    assert json.loads(ran.out)["api_key"] == "k"
    assert ran.err == "Starting ...\n"


def test_deploying_without_an_account_says_what_to_check(alone, monkeypatch):
    monkeypatch.setattr("chalicelib.deploy.package.package", lambda _: None)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)

    ran = alone("deploy", "--domain", "mail.example.com")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("habitue: AWS said: ")
    assert "Check the profile, its region and its permissions." in ran.err
