"""Knows how the parts of the stand-in make one service that starts, answers and stops."""

from __future__ import annotations

import threading
from pathlib import Path

from chalicelib.local.ses.account import Account, Clock, ConfigurationSets
from chalicelib.local.ses.control import Control
from chalicelib.local.ses.http import Server
from chalicelib.local.ses.limits import SendingLimits
from chalicelib.local.ses.mail import Mail
from chalicelib.local.ses.mailbox import Mailbox
from chalicelib.local.ses.operations import Operations
from chalicelib.local.ses.publishing import EventQueue, Publish

DEFAULT_RATE = 200.0  # recipients per second
DEFAULT_DAILY_QUOTA = 1_000_000.0  # recipients per 24 hours


class SesStandIn:
    """SES v2 on 127.0.0.1, for local mode, journeys, faults and benchmarks. Use it as a context or by start and stop.

    Args:
        clock: the present, aware; rate, quota and all times follow it.
        configuration_sets: by name, where each publishes its events; any other name is refused.
        publish: called as `publish(destination, event)` in a thread of its own; `AwsPublisher` is the real one.
        port: 0 takes any free one.
        rate: recipients per second. `daily_quota`: recipients per 24 hours, -1 for no limit.
        state_file: keeps the mailbox across restarts (JSON lines).
    """

    def __init__(
        self,
        *,
        clock: Clock,
        configuration_sets: ConfigurationSets,
        publish: Publish,
        port: int = 0,
        rate: float = DEFAULT_RATE,
        daily_quota: float = DEFAULT_DAILY_QUOTA,
        state_file: Path | None = None,
    ) -> None:
        self._port = port
        self._queue = EventQueue(publish)
        self._mailbox = Mailbox(state_file)
        self.account = Account(
            clock=clock,
            configuration_sets=configuration_sets,
            queue=self._queue,
            mailbox=self._mailbox,
            limits=SendingLimits(rate, daily_quota),
        )
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> SesStandIn:
        """Open the port and answer. Raises `OSError` when the port is taken or the state file cannot be used."""
        self._server = Server(self._port, Operations(self.account), Control(self.account))
        self._port = self._server.server_port
        try:
            self._mailbox.open()
        except OSError:
            self._server.server_close()
            self._server = None
            raise
        self.account.recount()
        self._queue.start()
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="ses-stand-in", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the port and every connection, publish the events that wait (5 s at most), close the file."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.end_connections()
        self._server.server_close()
        self._server = self._thread = None
        self._queue.stop()
        self._mailbox.close()

    def __enter__(self) -> SesStandIn:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address for `AWS_ENDPOINT_URL_SESV2`, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pending_events(self) -> int:
        """Events that have not reached their destination yet."""
        return self._queue.pending

    def mails(self) -> list[Mail]:
        """Every accepted mail, oldest first."""
        return self._mailbox.all()
