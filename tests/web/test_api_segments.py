RULE = {"field": "country", "op": "=", "value": "GB"}


def put_people(v1):
    for name, country in (("ann", "GB"), ("bob", "GB"), ("cleo", "FR")):
        v1.put(f"/customers/{name}", {"country": country})


def test_a_segment_is_stored_counted_listed_and_explained(v1):
    put_people(v1)
    answer = v1.put("/segments/british", {"rule": RULE})

    assert answer.json_body == {"name": "british", "rule": RULE}
    assert v1.get("/segments/british").json_body == answer.json_body
    assert v1.get("/segments/british/count").json_body == {"count": 2}
    assert v1.get("/segments/british/members").json_body == {"members": ["ann", "bob"], "next": None}
    told = v1.get("/segments/british/explain?customer_id=cleo").json_body
    assert told["member"] is False
    assert [(one["holds"], one["found"]) for one in told["because"]] == [(False, "FR")]


def test_members_come_page_by_page(v1):
    put_people(v1)
    v1.put("/segments/british", {"rule": RULE})
    first = v1.get("/segments/british/members?limit=1").json_body

    assert first["members"] == ["ann"]
    second = v1.get(f"/segments/british/members?limit=1&cursor={first['next']}").json_body
    assert second["members"] == ["bob"]


def test_a_rule_may_be_yaml(v1):
    body = (
        b"rule:\n  all:\n    - {field: country, op: '=', value: GB}\n    - {field: orders.count, op: '>=', value: 3}\n"
    )
    answer = v1.put("/segments/british", body, Content_Type="application/yaml")

    assert answer.json_body["rule"]["all"][1] == {"field": "orders.count", "op": ">=", "value": 3}


def test_an_unknown_field_or_operator_is_named_and_nothing_is_stored(v1):
    answer = v1.put("/segments/odd", {"rule": {"field": "shoe_size", "op": "=", "value": 1}})

    assert answer.status_code == 422
    assert "shoe_size" in str(answer.json_body["error"]["details"])
    assert v1.get("/segments/odd").status_code == 404


def test_what_is_missing_is_said(v1):
    assert v1.put("/segments/odd", {}).status_code == 400
    assert v1.put("/segments/odd", {"rule": RULE, "more": 1}).status_code == 400
    assert v1.get("/segments/regulars/explain").status_code == 400
    assert v1.get("/segments/nothing/count").status_code == 404


def test_overlap_history_and_export_of_a_segment(v1):
    """D14."""
    put_people(v1)
    v1.put("/customers/ann", {"first_name": "=HYPERLINK(1)"})
    v1.put("/segments/british", {"rule": RULE})
    v1.put("/segments/named", {"rule": {"field": "first_name", "op": "exists"}})

    assert v1.get("/segments/british/overlap?with=named").json_body == {
        "counts": {"british": 2, "named": 1},
        "all": 1,
        "any": 2,
    }
    assert v1.get("/segments/british/overlap").status_code == 400
    assert v1.get("/segments/british/history").json_body == {"sizes": []}
    first = v1.get("/segments/british/export?limit=1").json_body
    assert first["csv"].splitlines()[1].startswith("ann,,'=HYPERLINK(1),")
    rest = v1.get(f"/segments/british/export?limit=1&cursor={first['next']}").json_body
    assert rest["csv"].startswith("bob,")
