PLAYBOOK = b"""\
about: A greeting on the day.
trigger: {date: birthday}
template: birthday
local_time: 09:00
max_lateness: 12h
offer:
  benefit: {kind: percent, percent: 15}
  validity: {days_from_issue: 14}
"""


def test_a_playbook_is_stored_with_its_offer_and_is_off(v1):
    answer = v1.put("/flows/birthday", PLAYBOOK, Content_Type="application/yaml")

    assert answer.status_code == 200
    assert (answer.json_body["enabled"], answer.json_body["local_time"]) == (False, "09:00")
    assert v1.get("/offers/birthday").json_body["benefit"] == {"kind": "percent", "percent": 15}
    assert [flow["name"] for flow in v1.get("/flows").json_body["flows"]] == ["birthday"]


def test_a_flow_without_an_active_template_cannot_be_switched_on(v1):
    v1.put("/flows/birthday", PLAYBOOK, Content_Type="application/yaml")
    answer = v1.post("/flows/birthday/enable")

    assert answer.status_code == 422
    assert v1.get("/flows").json_body["flows"][0]["enabled"] is False


def test_switching_off_again_changes_nothing(v1):
    v1.put("/flows/birthday", PLAYBOOK, Content_Type="application/yaml")

    assert v1.post("/flows/birthday/disable").json_body["enabled"] is False
    assert v1.get("/flows/birthday/report").json_body["planned"] == 0


def test_a_wrong_playbook_is_refused_with_its_places(v1):
    answer = v1.put("/flows/odd", b"trigger: {date: shoes}\ncolour: red\n", Content_Type="application/yaml")

    assert answer.status_code == 422
    assert {detail["where"] for detail in answer.json_body["error"]["details"]} >= {"trigger", "colour", "template"}
    assert v1.put("/flows/odd", b"a: [", Content_Type="application/yaml").status_code == 400
    assert v1.put("/flows/odd", b"a: 1", Content_Type="image/png").status_code == 415
    assert v1.get("/flows").json_body == {"flows": []}
    assert v1.post("/flows/odd/enable").status_code == 404
    assert v1.get("/flows/odd/report").status_code == 404
