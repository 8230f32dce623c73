def test_the_shop_is_read_with_every_setting(v1):
    shop = v1.get("/shop").json_body

    assert shop["name"] == "Kettle & Crane"
    assert shop["from"] == "hello@shop.example.com"
    assert (shop["currency"], shop["time_zone"], shop["undo_seconds"]) == ("GBP", "Europe/London", 0)


def test_only_the_named_settings_change(v1):
    before = v1.get("/shop").json_body
    answer = v1.put("/shop", {"locale": "de", "brand": {"colour": "#123456"}})

    assert answer.status_code == 200
    assert answer.json_body == {**before, "locale": "de", "brand": {"colour": "#123456"}}
    assert v1.get("/shop").json_body == answer.json_body


def test_every_wrong_setting_is_named_and_none_is_stored(v1):
    before = v1.get("/shop").json_body
    answer = v1.put("/shop", {"name": "New", "time_zone": "Mars/Olympus", "colour": "red"})

    assert answer.status_code == 422
    assert {detail["where"] for detail in answer.json_body["error"]["details"]} == {"time_zone", "colour"}
    assert v1.get("/shop").json_body == before


def test_before_there_is_a_shop_the_error_says_what_to_do(v1, app, monkeypatch):
    from tests.fakes.catalog import MemoryCatalog

    monkeypatch.setattr(app.catalog, "shop", MemoryCatalog().shop)
    answer = v1.get("/shop")

    assert (answer.status_code, answer.json_body["error"]["code"]) == (500, "missing_setting")
    assert "PUT /v1/shop" in answer.json_body["error"]["message"]
