"""A Mailer that accepts mails, and fails as it is told to."""

from collections.abc import Callable
from threading import Lock

from chalicelib.domain.bulk_calls import BulkCall
from chalicelib.domain.quotas import Quota
from chalicelib.domain.templates import Mail
from chalicelib.errors import MailRefused, MailUnknown


class MemoryMailer:
    """Keeps what it accepted. `script` may raise for a mail, before or after it is accepted."""

    def __init__(self, rate: float = 200.0) -> None:
        self.accepted: list[Mail] = []
        self.rate = rate
        self.per_day: int | None = 50_000
        self.allowed = True
        self.asked = 0  # how often, for the quota
        self.before: Callable[[Mail], None] = lambda mail: None  # raises: not accepted
        self.after: Callable[[Mail], None] = lambda mail: None  # raises: accepted, but the answer is lost
        self.calls: list[int] = []  # mails of each bulk call
        self.before_call: Callable[[BulkCall], None] = lambda call: None  # raises: nothing of the call is accepted
        self.after_call: Callable[[BulkCall], None] = lambda call: None  # raises: accepted, but the answer is lost
        self._lock = Lock()

    def send(self, mail: Mail) -> str:
        self.before(mail)
        with self._lock:
            self.accepted.append(mail)
            number = len(self.accepted)
        self.after(mail)
        return f"ses-{number:04}"

    def send_many(self, call: BulkCall) -> list[str | MailRefused | MailUnknown]:
        self.calls.append(len(call.mails))
        self.before_call(call)
        answers = [self._answer(mail) for mail in call.mails]
        self.after_call(call)
        return answers

    def _answer(self, mail: Mail) -> str | MailRefused | MailUnknown:
        try:
            return self.send(mail)
        except (MailRefused, MailUnknown) as error:
            return error

    def quota(self) -> Quota:
        self.asked += 1
        return Quota(rate=self.rate, per_day=self.per_day, sent=len(self.accepted), allowed=self.allowed)

    @property
    def recipients(self) -> list[str]:
        return [mail.to for mail in self.accepted]
