"""How links tell the shop's web analytics which mail somebody came from: `utm_source` and its kin, by a rule.

The names are Google's: https://support.google.com/analytics/answer/10917952
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

from chalicelib.domain.texts import one_line
from chalicelib.domain.urls import MAX_URL

MAX_VALUE = 100  # characters
MAX_HOSTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class UtmRule:
    """What is added to the links of mails, and to which."""

    source: str
    medium: str = "email"
    campaign: str = ""  # empty: the name of the campaign or flow
    hosts: tuple[str, ...] = ()  # these and what is below them; empty: all

    def added_to(self, url: str, name: str) -> str:
        """The address with what it lacks of the three, before its fragment; every other character stays.

        Left as it is where it leads to another host, or would be longer than mail programs keep whole.

        Args:
            url: as the author wrote it.
            name: of the campaign or flow.
        """
        if not self._meant(url):
            return url
        address, sharp, fragment = url.partition("#")
        before, _, query = address.partition("?")
        own = {unquote_plus(part.partition("=")[0]).lower() for part in query.split("&")}
        values = {"utm_source": self.source, "utm_medium": self.medium, "utm_campaign": self.campaign or name}
        added = [f"{key}={quote(value, safe='')}" for key, value in values.items() if key not in own]
        longer = f"{before}?{'&'.join([*([query] if query else []), *added])}{sharp}{fragment}"
        return longer if added and len(longer) <= MAX_URL else url

    def _meant(self, url: str) -> bool:
        host = (urlsplit(url).hostname or "").lower()
        return not self.hosts or any(host == known or host.endswith(f".{known}") for known in self.hosts)


def utm_from_fields(fields: Any) -> UtmRule:
    """The rule that the shop's people wrote. Raises: TypeError, ValueError, with what is wrong."""
    if not isinstance(fields, Mapping) or not fields.get("source"):
        raise TypeError('must be an object such as {"source": "newsletter"}, with source, medium, campaign, hosts')
    if unknown := sorted(set(fields) - {"source", "medium", "campaign", "hosts"}):
        raise ValueError(f"has source, medium, campaign, hosts, not {unknown[0]!r}")
    hosts = fields.get("hosts") or []
    if not isinstance(hosts, list | tuple) or len(hosts) > MAX_HOSTS or not all(map(_is_host, hosts)):
        raise ValueError(f"hosts must be a list of at most {MAX_HOSTS} hosts such as shop.example.com")
    texts = {name: one_line(fields[name], MAX_VALUE) for name in ("source", "medium", "campaign") if fields.get(name)}
    return UtmRule(**texts, hosts=tuple(host.lower() for host in hosts))


def utm_to_fields(rule: UtmRule | None) -> dict[str, Any] | None:
    """As the API and the store write it."""
    return None if rule is None else {**asdict(rule), "hosts": list(rule.hosts)}


def _is_host(value: Any) -> bool:
    return isinstance(value, str) and "." in value and urlsplit(f"https://{value}").netloc == value.strip()
