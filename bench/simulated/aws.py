"""What a port's call is to AWS: how long it takes, how many requests it makes, how much it writes."""

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random  # noqa: TID251 - a simulation draws its delays, from a seed
from typing import Any

from bench.simulated.hub import Hub

# (least, median, spread of the logarithm) in seconds: one request to a service in the same region.
_DYNAMODB = (0.002, 0.004, 0.4)
_S3 = (0.012, 0.025, 0.4)
_SQS = (0.004, 0.009, 0.4)
_SES = (0.030, 0.060, 0.35)
_PER_BULK_MAIL = 0.003  # seconds that SES takes longer for each mail of a bulk call
ON_THE_WAY = (0.001, 0.008)  # from the call to its arrival at SES, evenly spread


def _items(number: int, at_most: int) -> int:
    return -(-number // at_most)


# Requests of a call and kilobytes that it writes to DynamoDB (indexes counted), from its first argument's length.
# A batch of 50 people is near 1.5 KB: two units; its place in the index of what is due is one more where it moves.
_COSTS: dict[str, tuple[Callable[[int], int], Callable[[int], int]]] = {
    "batches.create_many": (lambda n: _items(n, 25), lambda n: 3 * n),
    "batches.postpone": (lambda n: 1, lambda n: 4),
    "batches.lease": (lambda n: 1, lambda n: 2),
    "batches.mark": (lambda n: 1, lambda n: 3),
    "batches.finish": (lambda n: 1, lambda n: 3),
    "batches.hand_back": (lambda n: 1, lambda n: 4),
    "batches.due": (lambda n: 16, lambda n: 0),
    "messages.beat": (lambda n: 1, lambda n: 1),
    "rows.record": (lambda n: _items(n, 25), lambda n: 2 * n),
    "mailboxes.claim": (lambda n: _items(n, 25), lambda n: n),
    "mailboxes.get_many": (lambda n: _items(n, 100), lambda n: 0),
    "customers.get_many": (lambda n: _items(n, 100), lambda n: 0),
    "pace.save": (lambda n: 1, lambda n: 1),
    "queue.send": (lambda n: _items(n, 10), lambda n: 0),
}
_SERVICES = {"files": _S3, "queue": _SQS, "mailer": _SES}
_LENGTH_OF = {"queue.send": 1}  # which argument the number is of; else the first


class Cloud:
    """The region: draws delays, counts requests."""

    def __init__(self, hub: Hub, seed: int) -> None:
        self.hub = hub
        self.random = Random(seed)  # noqa: S311 - no secret
        self.requests: Counter[str] = Counter()
        self.kilobytes = 0

    def delay(self, kind: tuple[float, float, float]) -> float:
        """One request's seconds, there and back; one in a few hundred is three times as slow as most."""
        least, median, spread = kind
        return max(least, self.random.lognormvariate(0, spread) * median)

    def count(self, name: str, length: int) -> int:
        """Note a call; how many requests it is."""
        requests, kilobytes = _COSTS.get(name, (lambda n: 1, lambda n: 0))
        number: int = requests(length)
        self.requests[name] += number
        self.kilobytes += kilobytes(length)
        return number


class Remote:
    """One port, a network away."""

    def __init__(self, name: str, port: Any, cloud: Cloud) -> None:
        self._name = name
        self._port = port
        self._cloud = cloud
        self._kind = _SERVICES.get(name, _DYNAMODB)

    def __getattr__(self, method: str) -> Any:
        real, name = getattr(self._port, method), f"{self._name}.{method}"
        cloud, place = self._cloud, _LENGTH_OF.get(name, 0)

        def call(*args: Any, **named: Any) -> Any:
            length = len(args[place]) if len(args) > place and isinstance(args[place], (list, tuple, dict)) else 1
            requests = cloud.count(name, length)
            spent = sum(cloud.delay(self._kind) for _ in range(min(requests, 4)))  # queries of shards go side by side
            cloud.hub.sleep(spent / 2)
            answer = real(*args, **named)
            if isinstance(answer, Iterator):
                answer = iter(list(answer))
            cloud.hub.sleep(spent / 2)
            return answer

        setattr(self, method, call)
        return call


class SimulatedSes:
    """`ports.Mailer` that notes when each mail arrived. It refuses nothing: the arrivals are what is judged."""

    def __init__(self, cloud: Cloud, quota: Callable[[int], Any]) -> None:
        self._cloud = cloud
        self._quota = quota
        self.arrivals: list[tuple[float, str, str]] = []  # (seconds, message, person)

    def send(self, mail: Any) -> str:
        """One call, one mail."""
        self._arrive([mail], "mailer.send")
        self._cloud.hub.sleep(self._cloud.delay(_SES))
        return f"ses-{len(self.arrivals)}"

    def send_many(self, call: Any) -> list[str]:
        """One call, up to 50 mails that arrive together."""
        self._arrive(call.mails, "mailer.send_many")
        self._cloud.hub.sleep(self._cloud.delay(_SES) + _PER_BULK_MAIL * len(call.mails))
        return [f"ses-{len(self.arrivals)}-{place}" for place in range(len(call.mails))]

    def quota(self) -> Any:
        """GetAccount."""
        self._cloud.count("mailer.quota", 1)
        self._cloud.hub.sleep(self._cloud.delay(_SES))
        return self._quota(len(self.arrivals))

    def _arrive(self, mails: Any, name: str) -> None:
        self._cloud.count(name, 1)
        self._cloud.hub.sleep(self._cloud.random.uniform(*ON_THE_WAY))
        at = self._cloud.hub.seconds
        self.arrivals += [(at, mail.tags["message"], mail.to) for mail in mails]
