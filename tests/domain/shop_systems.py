"""Deliveries in the shape of the public documentation, with values of our own.

Shopify: https://shopify.dev/docs/api/webhooks/latest (a sample payload of each topic).
WooCommerce: https://developer.woocommerce.com/docs/apis/rest-api/v3/orders/ , .../customers/ and .../products/
"""

from typing import Any


def _set(amount: str, currency: str = "GBP") -> dict[str, Any]:
    money = {"amount": amount, "currency_code": currency}
    return {"shop_money": money, "presentment_money": dict(money)}


def shopify_customer(**changes: Any) -> dict[str, Any]:
    return {
        "id": 115310627314723954,
        "email": "Ada@Example.com",
        "created_at": "2026-03-01T23:30:00-05:00",
        "updated_at": "2026-11-20T10:00:00+00:00",
        "first_name": "Ada",
        "last_name": "Crane",
        "orders_count": 0,
        "state": "disabled",
        "note": None,
        "verified_email": True,
        "tax_exempt": False,
        "phone": None,
        "currency": "GBP",
        "addresses": [],
        "email_marketing_consent": {
            "state": "subscribed",
            "opt_in_level": "confirmed_opt_in",
            "consent_updated_at": "2026-03-02T09:00:00Z",
        },
        "sms_marketing_consent": None,
        "admin_graphql_api_id": "gid://shopify/Customer/115310627314723954",
        "default_address": {"country": "United Kingdom", "country_code": "GB", "province": "Bristol"},
        **changes,
    }


def shopify_line(**changes: Any) -> dict[str, Any]:
    return {
        "id": 866550311766439020,
        "admin_graphql_api_id": "gid://shopify/LineItem/866550311766439020",
        "current_quantity": 1,
        "name": "Assam",
        "price": "19.99",
        "price_set": _set("19.99"),
        "product_id": 632910392,
        "quantity": 2,
        "sku": "ASSAM-250",
        "title": "Assam",
        "total_discount": "0.00",
        "variant_id": 808950810,
        "discount_allocations": [],
        **changes,
    }


def shopify_order(**changes: Any) -> dict[str, Any]:
    return {
        "id": 820982911946154508,
        "admin_graphql_api_id": "gid://shopify/Order/820982911946154508",
        "buyer_accepts_marketing": False,
        "cancel_reason": None,
        "cancelled_at": None,
        "contact_email": "ada@example.com",
        "created_at": "2026-11-20T19:00:00-05:00",
        "currency": "GBP",
        "customer_locale": "en-GB",
        "discount_codes": [{"code": "TEN", "amount": "4.00", "type": "percentage"}],
        "email": "ada@example.com",
        "financial_status": "paid",
        "location_id": None,
        "name": "#1001",
        "order_number": 1001,
        "processed_at": "2026-11-20T19:00:00-05:00",
        "source_name": "web",
        "subtotal_price": "35.98",
        "test": False,
        "total_discounts": "4.00",
        "total_shipping_price_set": _set("3.50"),
        "total_tax": "1.20",
        "updated_at": "2026-11-20T19:00:05-05:00",
        "user_id": None,
        "billing_address": {"first_name": "Ada", "last_name": "Crane", "country_code": "GB"},
        "customer": shopify_customer(),
        "line_items": [shopify_line()],
        "refunds": [],
        **changes,
    }


def shopify_product(**changes: Any) -> dict[str, Any]:
    return {
        "id": 788032119674292922,
        "body_html": "An example",
        "created_at": None,
        "handle": "assam",
        "product_type": "Tea",
        "published_at": "2026-11-01T09:00:00+00:00",
        "title": "Assam",
        "updated_at": "2026-11-20T09:00:00+00:00",
        "vendor": "Kettle & Crane",
        "status": "active",
        "tags": "tea",
        "variants": [
            {
                "id": 642667041472713922,
                "price": "19.99",
                "sku": "ASSAM-250",
                "title": "250 g",
                "compare_at_price": "24.99",
                "inventory_quantity": 75,
                "image_id": 2,
            },
            {
                "id": 757650484644203962,
                "price": "34.00",
                "sku": None,
                "title": "Default Title",
                "compare_at_price": None,
                "inventory_quantity": -3,
                "image_id": None,
            },
        ],
        "images": [{"id": 2, "src": "https://cdn.example.com/assam-250.png"}],
        "image": {"id": 1, "src": "https://cdn.example.com/assam.png"},
        **changes,
    }


def woo_line(**changes: Any) -> dict[str, Any]:
    return {
        "id": 315,
        "name": "Assam",
        "product_id": 93,
        "variation_id": 0,
        "quantity": 2,
        "tax_class": "",
        "subtotal": "6.00",
        "subtotal_tax": "0.45",
        "total": "5.00",
        "total_tax": "0.38",
        "sku": "ASSAM-50",
        "price": 2.5,
        **changes,
    }


def woo_order(**changes: Any) -> dict[str, Any]:
    return {
        "id": 727,
        "parent_id": 0,
        "number": "727",
        "created_via": "checkout",
        "status": "processing",
        "currency": "EUR",
        "date_created": "2026-11-20T16:28:02",
        "date_created_gmt": "2026-11-20T19:28:02",
        "date_modified": "2026-11-20T16:28:08",
        "date_modified_gmt": "2026-11-20T19:28:08",
        "discount_total": "1.00",
        "shipping_total": "10.00",
        "total": "29.35",
        "total_tax": "1.35",
        "prices_include_tax": False,
        "customer_id": 0,
        "billing": {
            "first_name": "John",
            "last_name": "Doe",
            "city": "San Francisco",
            "state": "CA",
            "country": "US",
            "email": "John.Doe@example.com",
        },
        "line_items": [woo_line()],
        "coupon_lines": [{"id": 317, "code": "ten", "discount": "1.00", "discount_tax": "0.07"}],
        "refunds": [],
        **changes,
    }


def woo_customer(**changes: Any) -> dict[str, Any]:
    return {
        "id": 25,
        "date_created": "2026-03-21T16:09:28",
        "date_created_gmt": "2026-03-21T19:09:28",
        "date_modified": "2026-03-21T16:09:30",
        "date_modified_gmt": "2026-03-21T19:09:30",
        "email": "john.doe@example.com",
        "first_name": "John",
        "last_name": "Doe",
        "role": "customer",
        "username": "john.doe",
        "billing": {"first_name": "", "last_name": "", "country": "US", "state": "CA", "email": "bill@example.com"},
        "is_paying_customer": False,
        **changes,
    }


def woo_product(**changes: Any) -> dict[str, Any]:
    return {
        "id": 794,
        "name": "Salt &amp; Pepper",
        "permalink": "https://shop.example.com/product/salt/",
        "date_created": "2026-11-01T17:01:14",
        "date_created_gmt": "2026-11-01T20:01:14",
        "date_modified": "2026-11-02T17:01:14",
        "date_modified_gmt": "2026-11-02T20:01:14",
        "type": "simple",
        "status": "publish",
        "sku": "",
        "price": "21.99",
        "regular_price": "25.00",
        "sale_price": "21.99",
        "stock_quantity": None,
        "categories": [{"id": 9, "name": "Herbs &amp; Spices", "slug": "herbs"}],
        "images": [{"id": 792, "src": "https://shop.example.com/salt.jpg"}],
        **changes,
    }
