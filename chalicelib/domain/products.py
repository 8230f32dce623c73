"""What a product is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One thing that the shop sells."""

    sku: str
    name: str
    category: str | None = None
    brand: str | None = None
    price: int | None = None  # minor units of the shop's currency
    cost: int | None = None
    compare_at_price: int | None = None
    stock: int | None = None  # None: not counted
    image_url: str | None = None
    url: str | None = None
    launched_at: datetime | None = None  # aware UTC
    attributes: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    as_of: datetime | None = None  # when the shop system last changed it, as its webhook says
    revision: int = 0
