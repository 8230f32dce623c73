"""Knows where accepted mails are kept: in memory, and when asked in a file of JSON lines that outlives the process."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from chalicelib.local.ses.mail import Mail

# What a mail is kept with that is no part of its `Mail`: the addressee's message as its events describe it.
Description = Mapping[str, object]


class Mailbox:
    """Every accepted mail, oldest first. Thread-safe.

    With `path`, each mail is one appended line, and a new mailbox over the same file starts with its mails. A last
    line that a killed process left half-written is dropped.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._mails: list[Mail] = []
        self._by_id: dict[str, Mail] = {}
        self._described: dict[str, Description] = {}  # by message id
        self._path = path
        self._file: TextIO | None = None

    def open(self) -> None:
        """Read what was kept, and be ready to append. Raises `OSError` when the file cannot be written."""
        if self._path is None or self._file is not None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._forget()
        lines = self._path.read_text("utf-8").splitlines() if self._path.exists() else []
        for line in lines:
            try:
                kept = json.loads(line)
            except ValueError:
                continue
            self._remember(kept["mails"], kept["description"])
        self._file = self._path.open("a", encoding="utf-8")
        if lines and not self._path.read_bytes().endswith(b"\n"):
            self._file.write("\n")

    def close(self) -> None:
        """Close the file; mails can still be read."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None

    def add(self, mails: list[Mail], description: Description) -> None:
        """Keep the mails of one message, with the `mail` object of its events."""
        with self._lock:
            self._remember(mails, description)
            if self._file:
                self._file.write(json.dumps({"mails": mails, "description": description}) + "\n")
                self._file.flush()

    def all(self) -> list[Mail]:
        """The mails, oldest first."""
        with self._lock:
            return list(self._mails)

    def find(self, mail_id: str) -> tuple[Mail, Description] | None:
        """The mail of this id, and the `mail` object of its message's events."""
        with self._lock:
            mail = self._by_id.get(mail_id)
            return (mail, self._described[mail["message_id"]]) if mail else None

    def clear(self) -> None:
        """Drop every mail, in the file too."""
        with self._lock:
            self._forget()
            if self._file:
                self._file.truncate(0)

    def _forget(self) -> None:
        self._mails, self._by_id, self._described = [], {}, {}

    def _remember(self, mails: list[Mail], description: Description) -> None:
        self._mails.extend(mails)
        self._by_id.update({mail["id"]: mail for mail in mails})
        self._described[str(description["messageId"])] = description
