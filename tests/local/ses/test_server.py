"""The service as a whole: account, control routes, restart, stop."""

import socket
import threading

import pytest


def test_the_account_is_healthy_and_in_production(bench):
    account = bench.client.get_account()

    assert account["EnforcementStatus"] == "HEALTHY"
    assert (account["ProductionAccessEnabled"], account["SendingEnabled"]) == (True, True)
    assert account["SuppressionAttributes"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}


def test_a_paused_or_suspended_account_sends_nothing(bench):
    """A4."""
    bench.control("account", {"sending_enabled": False})
    with pytest.raises(bench.client.exceptions.SendingPausedException):
        bench.send()
    assert bench.client.get_account()["SendingEnabled"] is False

    bench.control("account", {"sending_enabled": True, "enforcement_status": "SHUTDOWN", "production_access": False})
    with pytest.raises(bench.client.exceptions.AccountSuspendedException):
        bench.send()
    account = bench.client.get_account()
    assert (account["EnforcementStatus"], account["ProductionAccessEnabled"]) == ("SHUTDOWN", False)
    assert bench.stand_in.mails() == []


def test_control_shows_mails_and_state(bench):
    first, second = bench.send("a@example.com"), bench.send("b@example.com")
    bench.settled()

    assert [mail["id"] for mail in bench.control("mails", method="GET")["mails"]] == [first, second]
    state = bench.control("state", method="GET")
    assert (state["pending_events"], state["failed_events"], state["mails"], state["faults"]) == (0, 0, 2, 0)
    assert state["account"]["SendQuota"]["SentLast24Hours"] == 2.0


def test_reset_gives_the_account_of_the_start(bench):
    bench.send()
    bench.fault("http_500")
    bench.control("rate", {"rate": 1, "daily_quota": 1})
    bench.control("account", {"sending_enabled": False})
    bench.client.put_suppressed_destination(EmailAddress="a@example.com", Reason="BOUNCE")

    bench.control("reset")

    assert bench.stand_in.mails() == []
    assert bench.client.list_suppressed_destinations()["SuppressedDestinationSummaries"] == []
    assert bench.client.get_account()["SendQuota"] == {
        "Max24HourSend": 1_000_000.0,
        "MaxSendRate": 200.0,
        "SentLast24Hours": 0.0,
    }
    bench.send()


@pytest.mark.parametrize("body", [{"rate": 0}, {"rate": -1}, {"rate": "fast"}, {"speed": 2}, [1]])
def test_a_rate_that_is_none_is_refused(bench, body):
    assert bench.refused("rate", body)

    assert bench.client.get_account()["SendQuota"]["MaxSendRate"] == 200.0


def test_the_mailbox_survives_a_restart_and_a_half_written_line(new_bench, tmp_path):
    kept = tmp_path / "state" / "mails.jsonl"
    before = new_bench(state_file=kept)
    opened = before.send("a@example.com", ConfigurationSetName="shop-marketing-opens")
    before.send("bounce@simulator.amazonses.com")
    mails = before.stand_in.mails()
    before.stand_in.stop()
    with kept.open("a", encoding="utf-8") as file:
        file.write('{"mails": [{"id": "half')

    after = new_bench(state_file=kept)
    assert after.stand_in.mails() == mails
    assert after.client.get_account()["SendQuota"]["SentLast24Hours"] == 1.0
    after.control("opens", {"id": opened})
    assert [event["eventType"] for event in after.settled()] == ["Open"]
    after.send("b@example.com")
    after.stand_in.stop()

    last = new_bench(state_file=kept)
    assert [mail["to"] for mail in last.stand_in.mails()] == [*(mail["to"] for mail in mails), "b@example.com"]
    last.control("reset")
    assert kept.read_text("utf-8") == ""


def test_it_stops_with_open_connections_and_leaves_no_thread(new_bench):
    others = set(threading.enumerate())
    bench = new_bench()
    bench.send()
    port = int(bench.stand_in.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as idle:
        idle.sendall(b"GET /_control/state HTTP/1.1\r\n\r\n")
        assert idle.recv(65_536).startswith(b"HTTP/1.1 200 OK")
        bench.stand_in.stop()

        assert idle.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    assert not [thread for thread in set(threading.enumerate()) - others if thread.name.startswith("ses-")]
    bench.stand_in.stop()  # a second time is no error


def test_a_taken_port_is_an_os_error(new_bench):
    bench = new_bench()

    with pytest.raises(OSError, match="Address already in use"):
        new_bench(port=int(bench.stand_in.url.rpartition(":")[2]))
