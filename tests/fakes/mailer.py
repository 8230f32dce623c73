"""A Mailer that accepts mails, and fails as it is told to."""

from collections.abc import Callable
from threading import Lock

from chalicelib.domain.templates import Mail


class MemoryMailer:
    """Keeps what it accepted. `script` may raise for a mail, before or after it is accepted."""

    def __init__(self, rate: float = 200.0) -> None:
        self.accepted: list[Mail] = []
        self.rate = rate
        self.before: Callable[[Mail], None] = lambda mail: None  # raises: not accepted
        self.after: Callable[[Mail], None] = lambda mail: None  # raises: accepted, but the answer is lost
        self._lock = Lock()

    def send(self, mail: Mail) -> str:
        self.before(mail)
        with self._lock:
            self.accepted.append(mail)
            number = len(self.accepted)
        self.after(mail)
        return f"ses-{number:04}"

    def quota(self) -> tuple[float, int, int]:
        return self.rate, 50_000, len(self.accepted)

    @property
    def recipients(self) -> list[str]:
        return [mail.to for mail in self.accepted]
