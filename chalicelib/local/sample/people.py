"""Who buys at the sample shop: invented people with a home, an age, a joining day, a consent and a habit."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.local.sample.chance import Chance
from chalicelib.local.sample.consent import ANSWERS, SampleConsent, sample_consent
from chalicelib.local.sample.moments import Habit, Moment, born_on, moment_of
from chalicelib.local.sample.names import HOMES, Home, ascii_letters
from chalicelib.local.sample.seasons import gift_weeks

HISTORY_DAYS = 728  # how far back the orders go: two years of whole weeks
HABITS: dict[Habit, float] = {"prospect": 3, "one-time": 35, "occasional": 15, "steady": 40, "seasonal": 7}
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # without look-alikes
_DOMAINS = {"example.com": 60, "example.net": 25, "example.org": 15}  # reserved by RFC 2606
_SHARES = {home.zone: home.share for home in HOMES}
_BY_ZONE = {home.zone: home for home in HOMES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One customer, with what the orders are made from."""

    id: str
    email: str
    first_name: str
    last_name: str
    home: Home
    locale: str
    region: str
    birthday: date | None
    joined_on: date
    consent: SampleConsent | None
    habit: Habit
    stays: bool  # certainly still buys today


def sample_people(chance: Chance, *, today: date, count: int) -> tuple[Person, ...]:
    """So many customers, in the order in which they joined. Ids and addresses are unique."""
    ids: set[str] = set()
    names: Counter[str] = Counter()
    people = [_person(chance, moment_of(number, today=today), today, ids, names) for number in range(count)]
    return tuple(sorted(people, key=lambda person: (person.joined_on, person.id)))


def _person(chance: Chance, moment: Moment, today: date, ids: set[str], names: Counter[str]) -> Person:
    home = _BY_ZONE[moment.zone or chance.weigh(_SHARES)]
    first_name, last_name = chance.pick(home.first_names), chance.pick(home.last_names)
    habit = chance.weigh(HABITS) if moment.habit is None else moment.habit
    joined_on = moment.joined_on or _joined(chance, habit, today)
    locale = chance.weigh(home.locales)
    answer = chance.weigh(ANSWERS) if moment.answer is None else moment.answer
    return Person(
        id=_id(chance, ids),
        email=_email(chance, first_name, last_name, names),
        first_name=first_name,
        last_name=last_name,
        home=home,
        locale=locale,
        region=chance.pick(home.regions),
        birthday=moment.birthday or _birthday(chance, today),
        joined_on=joined_on,
        consent=sample_consent(chance, answer, locale=locale, joined_on=joined_on, today=today),
        habit=habit,
        stays=moment.stays,
    )


def _id(chance: Chance, taken: set[str]) -> str:
    while True:
        found = "c-" + "".join([chance.pick(_LETTERS) for _ in range(6)])
        if found not in taken:
            taken.add(found)
            return found


def _email(chance: Chance, first_name: str, last_name: str, names: Counter[str]) -> str:
    first, last = ascii_letters(first_name), ascii_letters(last_name)
    local = chance.weigh({f"{first}.{last}": 6, f"{first}{last}": 2, f"{first[0]}.{last}": 2})
    names[local] += 1
    number = str(names[local]) if names[local] > 1 else ""
    return f"{local}{number}@{chance.weigh(_DOMAINS)}"


def _birthday(chance: Chance, today: date) -> date | None:
    if not chance.yes(0.9):
        return None
    years = max(22, min(88, round(43 + 14 * chance.bell())))
    return born_on(today - timedelta(days=chance.whole(0, 364)), years=years)


def _joined(chance: Chance, habit: Habit, today: date) -> date:
    """Never today. The shop grows: one-time buyers are more often recent, and many come for a present."""
    if habit == "seasonal" or (habit == "one-time" and chance.yes(0.25)):
        span = 1440 if habit == "seasonal" else HISTORY_DAYS
        if weeks := gift_weeks(today - timedelta(days=span), today - timedelta(days=1)):
            first, last = chance.pick(weeks)
            return first + timedelta(days=chance.whole(0, (last - first).days))
    if habit in ("one-time", "prospect"):
        recent = max(chance.unit(), chance.unit())
        return today - timedelta(days=1 + int((1 - recent) * (HISTORY_DAYS - 1)))
    return today - timedelta(days=chance.whole(20, 1440))
