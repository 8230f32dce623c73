"""What the sample shop's customers like: one or two favourite categories, a brand, a usual choice, and baskets."""

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.local.sample.catalogue import CATEGORIES, SampleProduct
from chalicelib.local.sample.chance import Chance
from chalicelib.local.sample.seasons import is_gift_time, is_tea_time

_FAVOURITES = dict(zip(CATEGORIES, (33, 20, 19, 13, 10, 5), strict=True))  # weights
_PASSING = dict(zip(CATEGORIES, (24, 15, 17, 12, 14, 18), strict=True))  # what anybody throws in
_TEAS = ("Black tea", "Herbal tea")
_LINES = {1: 44, 2: 31, 3: 16, 4: 6, 5: 3}
_GIFT_LINES = {1: 22, 2: 30, 3: 25, 4: 15, 5: 8}
_PIECES = {1: 74, 2: 21, 3: 5}
_SMALL = 3000  # pence; of dearer things nobody buys two at once


@dataclass(slots=True)
class Taste:
    """One customer's liking. `usual` fills as they buy: category -> sku."""

    favourites: dict[str, float]  # category -> weight
    brands: dict[str, str] = field(default_factory=dict)  # category -> the brand they trust
    usual: dict[str, str] = field(default_factory=dict)
    loyalty: float = 0.6  # how often the usual is bought again


def sample_taste(chance: Chance, shelf: dict[str, list[SampleProduct]]) -> Taste:
    """A taste for one or two categories, with a brand in most categories."""
    favourites = {chance.weigh(_FAVOURITES): 1.0}
    if chance.yes(0.6):
        favourites.setdefault(chance.weigh(_FAVOURITES), 0.6)
    brands = {category: _known(chance, goods).brand for category, goods in shelf.items() if chance.yes(0.7)}
    return Taste(favourites=favourites, brands=brands, loyalty=0.35 + 0.45 * chance.unit())


def basket(
    chance: Chance, taste: Taste, shelf: dict[str, list[SampleProduct]], at: datetime
) -> list[tuple[SampleProduct, int]]:
    """What goes into one order at that time, with quantities: at least one line, each product once."""
    gifts = is_gift_time(at.date())
    found: dict[str, tuple[SampleProduct, int]] = {}
    for _ in range(chance.weigh(_GIFT_LINES if gifts else _LINES)):
        category = _category(chance, taste, at, gifts=gifts)
        product = _choose(chance, taste, [goods for goods in shelf[category] if goods.launched_at <= at])
        pieces = chance.weigh(_PIECES) if product.price < _SMALL else 1
        found.setdefault(product.sku, (product, pieces))
    return list(found.values())


def _category(chance: Chance, taste: Taste, at: datetime, *, gifts: bool) -> str:
    if not chance.yes(0.6 if gifts else 0.82):
        return chance.weigh(_PASSING)
    weights = dict(taste.favourites)
    for tea in _TEAS:
        if tea in weights and is_tea_time(at.date()):
            weights[tea] *= 1.8
    return chance.weigh(weights)


def _choose(chance: Chance, taste: Taste, goods: list[SampleProduct]) -> SampleProduct:
    category = goods[0].category
    usual = next((product for product in goods if product.sku == taste.usual.get(category)), None)
    if usual and usual.price < _SMALL and chance.yes(taste.loyalty):
        return usual
    brand = taste.brands.get(category)
    trusted = [product for product in goods if product.brand == brand]
    product = _known(chance, trusted if trusted and chance.yes(0.6) else goods)
    taste.usual.setdefault(category, product.sku)
    return product


def _known(chance: Chance, goods: list[SampleProduct]) -> SampleProduct:
    """One of the goods, the better known more often."""
    return chance.weigh({product: 1 / (2 + product.rank) for product in goods})
