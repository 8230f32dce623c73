"""Whose mailbox an address is."""

import pytest

from chalicelib.domain.providers import provider_of


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("ann@gmail.com", "gmail"),
        ("ann@googlemail.com", "gmail"),
        ("ann@hotmail.co.uk", "outlook"),
        ("ann@live.fr", "outlook"),
        ("ann@yahoo.co.jp", "yahoo"),
        ("ann@yahoo.com.au", "yahoo"),
        ("ann@aol.com", "yahoo"),
        ("ann@icloud.com", "apple"),
        ("ann@web.de", "gmx"),
        ("ann@shop.example.com", "other"),
        ("ann@live.example.com", "other"),
        ("ann@yahoo.shop.uk", "other"),
        ("ann@hotmail.evil", "other"),
        ("ann@gmail.com.example.com", "other"),
        ("", "other"),
    ],
)
def test_the_domain_tells_the_provider(address, provider):
    assert provider_of(address) == provider
