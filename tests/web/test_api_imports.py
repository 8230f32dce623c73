from json import dumps

CSV = "id,email\nann,ann@example.com\n"


def test_an_inline_import_is_202_and_can_be_watched(v1, app):
    answer = v1.post("/imports", {"kind": "customers", "csv": CSV, "mapping": {}, "dry_run": True})
    begun = answer.json_body

    assert answer.status_code == 202
    assert (begun["kind"], begun["dry_run"], begun["rows"], begun["next"]) == ("customers", True, [], None)
    assert app.files.get(f"uploads/{begun['id']}.csv") == CSV.encode()
    assert v1.get(f"/imports/{begun['id']}").json_body["id"] == begun["id"]


def test_without_csv_the_answer_says_where_to_upload_it(v1):
    upload = v1.post("/imports", {"kind": "orders"}).json_body["upload"]

    assert set(upload) == {"url", "fields"}


def test_the_same_key_begins_one_import_and_with_another_body_none(v1, app):
    body = {"kind": "customers", "csv": CSV}
    first = v1.post("/imports", body, Idempotency_Key="k1")
    again = v1.post("/imports", body, Idempotency_Key="k1")
    other = v1.post("/imports", {"kind": "products"}, Idempotency_Key="k1")

    assert (again.status_code, again.json_body) == (202, first.json_body)
    assert (other.status_code, other.json_body["error"]["code"]) == (409, "idempotency_mismatch")
    assert len(app.catalog.list("import")) == 1


def test_what_cannot_begin_is_refused_and_leaves_nothing(v1, app):
    refused = [
        ({"kind": "shoes"}, 422),
        ({}, 400),
        ({"kind": "customers", "dry_run": "yes"}, 400),
        ({"kind": "customers", "mapping": {"shoe": "x"}}, 422),
        ({"kind": "customers", "file": "x"}, 400),
    ]

    assert [v1.post("/imports", body).status_code for body, _ in refused] == [status for _, status in refused]
    assert app.catalog.list("import") == []


def test_a_file_over_three_megabytes_is_sent_to_the_upload(v1):
    answer = v1.post("/imports", dumps({"kind": "customers", "csv": "x" * (3 * 1_048_576 + 1)}).encode())

    assert answer.status_code == 413
    assert "Leave csv out and upload the file" in answer.json_body["error"]["message"]


def test_an_unknown_import_is_404_and_a_wrong_cursor_400(v1):
    begun = v1.post("/imports", {"kind": "customers", "csv": CSV}).json_body

    assert v1.get("/imports/none").status_code == 404
    assert v1.get(f"/imports/{begun['id']}?cursor=x").status_code == 400
