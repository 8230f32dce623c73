TEA = {"name": "Sencha", "category": "tea", "price": 850, "url": "https://shop.example.com/sencha"}


def test_a_product_is_stored_and_its_prices_are_in_the_shops_currency(v1):
    v1.put("/products/t1", TEA)
    found = v1.get("/products/t1").json_body

    assert (found["sku"], found["name"], found["price"]) == ("t1", "Sencha", {"amount": 850, "currency": "GBP"})
    assert found["cost"] is None


def test_what_was_answered_can_be_put_again(v1):
    found = v1.put("/products/t1", TEA).json_body

    assert v1.put("/products/t1", found).json_body == found


def test_an_unknown_product_is_404_and_a_nameless_one_refused(v1):
    assert v1.get("/products/t2").status_code == 404
    assert v1.put("/products/t2", {"price": 1}).status_code == 422
    assert v1.get("/products/t2").status_code == 404
