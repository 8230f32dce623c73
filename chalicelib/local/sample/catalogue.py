"""What the sample shop sells: sixty kinds of coffee, tea and gear, with brands, prices and launch days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from chalicelib.local.sample.chance import Chance

SHOP_URL = "https://shop.example.com/products"
LAUNCH_HOUR = time(6, 0, tzinfo=UTC)
PRICE_RISE_DAYS = 400  # days before `today` on which the shop raised its prices
_NEW = {"CB-110": 0, "BT-310": 1, "GT-410": 3}  # sku -> days since its launch

# Category, start of its skus, first number, and the goods: name, brand, price, cost (both in pence).
_GOODS = (
    (
        "Coffee beans",
        "CB",
        101,
        (
            ("Morning Quay House Blend", "Kettle & Crane", 850, 390),
            ("Yirgalem Washed", "Northlight Roasters", 1125, 560),
            ("Huila Valley Caturra", "Northlight Roasters", 1075, 515),
            ("Antigua Volcán Red", "Harbour & Hill", 1050, 500),
            ("Sumatra Nightjar", "Harbour & Hill", 995, 455),
            ("Kiambu Peaberry", "Northlight Roasters", 1350, 690),
            ("Sidama Honey Natural", "Copper Fern", 1295, 650),
            ("Swiss Water Decaf", "Kettle & Crane", 925, 440),
            ("Minas Fazenda Yellow", "Copper Fern", 895, 405),
            ("Gesha Lot 27", "Copper Fern", 2450, 1390),
        ),
    ),
    (
        "Espresso",
        "ES",
        201,
        (
            ("Crane's Neck Espresso", "Kettle & Crane", 875, 385),
            ("Velvet Hammer", "Harbour & Hill", 950, 430),
            ("Lantern Dark Roast", "Harbour & Hill", 895, 400),
            ("Sunday Ristretto", "Copper Fern", 1025, 480),
            ("Half-Caff Nocturne", "Kettle & Crane", 925, 425),
            ("Red Door Seasonal", "Northlight Roasters", 1095, 530),
            ("Monsoon Malabar", "Copper Fern", 985, 450),
            ("Decaf Espresso Dolce", "Kettle & Crane", 945, 450),
            ("Barista's Kilo", "Kettle & Crane", 2650, 1320),
            ("Northlight No. 9", "Northlight Roasters", 1195, 590),
        ),
    ),
    (
        "Black tea",
        "BT",
        301,
        (
            ("Proper Breakfast", "Kettle & Crane", 595, 195),
            ("Earl Grey Blue Flower", "Kettle & Crane", 650, 215),
            ("Assam Dikom Gold", "Tolmere Tea", 795, 290),
            ("Darjeeling First Flush", "Tolmere Tea", 1450, 680),
            ("Ceylon Kandy Hills", "Tolmere Tea", 725, 255),
            ("Lapsang Campfire", "Ninth Leaf", 850, 310),
            ("Keemun Winter Plum", "Ninth Leaf", 995, 395),
            ("Christmas Spice Tea", "Kettle & Crane", 750, 240),
            ("Masala Chai Bazaar", "Tolmere Tea", 695, 225),
            ("Himalaya Second Flush", "Tolmere Tea", 1295, 590),
        ),
    ),
    (
        "Green tea",
        "GT",
        401,
        (
            ("Sencha Kirishima", "Ninth Leaf", 1095, 470),
            ("Genmaicha Toasted Rice", "Ninth Leaf", 795, 280),
            ("Jade Pearl Jasmine", "Ninth Leaf", 1195, 520),
            ("Gunpowder Mint", "Tolmere Tea", 625, 190),
            ("Dragon Well Spring", "Ninth Leaf", 1595, 760),
            ("Hōjicha Roast", "Ninth Leaf", 845, 315),
            ("Ceremonial Matcha 30 g", "Ninth Leaf", 2195, 1080),
            ("White Peony", "Tolmere Tea", 1250, 560),
            ("Lemon Verbena Green", "Kettle & Crane", 675, 210),
            ("Shincha New Harvest", "Ninth Leaf", 1850, 890),
        ),
    ),
    (
        "Herbal tea",
        "HT",
        501,
        (
            ("Chamomile Meadow", "Kettle & Crane", 575, 165),
            ("Peppermint & Liquorice", "Kettle & Crane", 575, 160),
            ("Rooibos Vanilla", "Tolmere Tea", 650, 205),
            ("Ginger Lemon Fire", "Kettle & Crane", 625, 185),
            ("Hibiscus Rosehip", "Tolmere Tea", 595, 175),
            ("Winter Apple & Cinnamon", "Kettle & Crane", 675, 210),
            ("Sleepy Lavender", "Hedgerow & Co.", 725, 250),
            ("Nettle & Elderflower", "Hedgerow & Co.", 695, 235),
            ("Turmeric Sunrise", "Hedgerow & Co.", 745, 260),
            ("Lemongrass Garden", "Hedgerow & Co.", 650, 215),
        ),
    ),
    (
        "Brewing gear",
        "BG",
        601,
        (
            ("Paper Filters, 100", "Stillwater Works", 595, 170),
            ("Pour-over Dripper", "Stillwater Works", 1850, 790),
            ("Gooseneck Kettle 0.9 l", "Stillwater Works", 6450, 3480),
            ("Hand Grinder", "Stillwater Works", 7900, 4350),
            ("Cast-iron Teapot 0.8 l", "Ninth Leaf", 4850, 2260),
            ("Stoneware Mug", "Kettle & Crane", 1450, 520),
            ("French Press 1 l", "Stillwater Works", 3200, 1450),
            ("Tea Infuser", "Tolmere Tea", 895, 260),
            ("Bamboo Matcha Whisk", "Ninth Leaf", 1595, 610),
            ("Coffee Scale 0.1 g", "Stillwater Works", 3900, 1890),
        ),
    ),
)
CATEGORIES = tuple(category for category, *_ in _GOODS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleProduct:
    """One thing on the shelf."""

    sku: str
    name: str
    category: str
    brand: str
    price: int  # pence, today's
    cost: int  # pence
    stock: int
    launched_at: datetime  # aware UTC
    rank: int  # 0: the best known of its category

    @property
    def url(self) -> str:
        """Its page in the web shop, at a reserved domain."""
        return f"{SHOP_URL}/{self.sku.lower()}"

    def price_on(self, day: date, *, today: date) -> int:
        """Pence for one on that day: a twentieth less before the shop's last price rise, rounded to 5 pence."""
        if (today - day).days < PRICE_RISE_DAYS:
            return self.price
        return (self.price * 95 // 100 + 2) // 5 * 5


def sample_products(chance: Chance, *, today: date) -> tuple[SampleProduct, ...]:
    """All sixty, as they stand on `today`: three are new (in three categories), the others 30 days to 3 years old."""
    return tuple(
        _product(chance, today, category, f"{start}-{first + rank}", rank, goods)
        for category, start, first, rows in _GOODS
        for rank, goods in enumerate(rows)
    )


def _product(
    chance: Chance, today: date, category: str, sku: str, rank: int, goods: tuple[str, str, int, int]
) -> SampleProduct:
    name, brand, price, cost = goods
    # Most of the shelf is older than the orders; the rest came bit by bit.
    age = chance.whole(735, 1095) if rank < 5 or chance.yes(0.3) else chance.whole(30, 734)
    launched_on = today - timedelta(days=_NEW.get(sku, age))
    return SampleProduct(
        sku=sku,
        name=name,
        category=category,
        brand=brand,
        price=price,
        cost=cost,
        stock=chance.whole(0, 9) if chance.yes(0.12) else chance.whole(10, 60) * (6 if price < 3000 else 1),
        launched_at=datetime.combine(launched_on, LAUNCH_HOUR),
        rank=rank,
    )
