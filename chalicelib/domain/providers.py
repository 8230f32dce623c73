"""Whose mailbox an address is, by its domain: reputation is kept by each provider for itself."""

# Domains of private mailboxes. A firm's own domain may be with any of them, which only its MX record tells: `other`.
# Google: https://support.google.com/mail/answer/10313 · Microsoft: https://sendersupport.olc.protection.outlook.com/pm/
# Yahoo, with AOL: https://senders.yahooinc.com/ · Apple: https://support.apple.com/en-us/102322
# GMX, WEB.DE, mail.com (1&1 Mail & Media): https://postmaster.gmx.net/ · T-Online: https://postmaster.t-online.de/
# Orange: https://postmaster.orange.fr/
_DOMAINS = {
    "gmail": "gmail.com googlemail.com",
    "outlook": "outlook.com hotmail.com live.com msn.com passport.com windowslive.com",
    "yahoo": "yahoo.com ymail.com rocketmail.com myyahoo.com aol.com aim.com verizon.net",
    "apple": "icloud.com me.com mac.com privaterelay.appleid.com",
    "gmx": "gmx.de gmx.net gmx.com gmx.at gmx.ch gmx.fr gmx.co.uk gmx.us gmx.eu web.de mail.com",
    "t-online": "t-online.de magenta.de",
    "orange": "orange.fr wanadoo.fr",
    "free": "free.fr",
    "libero": "libero.it iol.it virgilio.it",
    "mail-ru": "mail.ru inbox.ru list.ru bk.ru",
    "yandex": "yandex.ru yandex.com ya.ru",
    "qq": "qq.com foxmail.com",
    "netease": "163.com 126.com yeah.net",
    "proton": "proton.me protonmail.com pm.me",
    "fastmail": "fastmail.com fastmail.fm",
    "seznam": "seznam.cz email.cz",
    "wp": "wp.pl o2.pl",
    "bt": "btinternet.com",
}
_BY_DOMAIN = {domain: name for name, domains in _DOMAINS.items() for domain in domains.split()}
# Those that have a domain in every country: hotmail.co.uk, yahoo.co.jp, live.fr.
_EVERYWHERE = {"hotmail": "outlook", "outlook": "outlook", "live": "outlook", "yahoo": "yahoo", "aol": "yahoo"}
_LONGEST_ENDING = 2  # "co.uk"
OTHER = "other"


def provider_of(address: str) -> str:
    """The short name of the provider, "gmail"; `other` for every domain that is none of theirs.

    Args:
        address: in its normal form.
    """
    domain = address.rpartition("@")[2]
    if domain in _BY_DOMAIN:
        return _BY_DOMAIN[domain]
    name, _, ending = domain.partition(".")
    parts = ending.split(".")
    country = len(parts) <= _LONGEST_ENDING and len(parts[-1]) == 2 and parts[0] in {"co", "com", parts[-1]}  # noqa: PLR2004
    return _EVERYWHERE.get(name, OTHER) if country else OTHER
