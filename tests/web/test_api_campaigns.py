FIELDS = {"segments": ["regulars"], "template": "exclusive-offer", "max_lateness": "24h"}


def test_a_campaign_is_a_draft_until_its_launch(v1):
    answer = v1.put("/campaigns/autumn", FIELDS)

    assert answer.status_code == 200
    assert (answer.json_body["name"], answer.json_body["state"]) == ("autumn", "draft")
    assert v1.get("/campaigns/autumn").json_body == answer.json_body
    assert v1.get("/campaigns/autumn/report").json_body["planned"] == 0


def test_a_launch_that_cannot_be_kept_is_refused_with_every_reason(v1, app):
    v1.put("/campaigns/autumn", {**FIELDS, "segments": ["nobody"], "offer": "none"})
    answer = v1.post("/campaigns/autumn/launch")

    assert answer.status_code == 422
    assert {detail["where"] for detail in answer.json_body["error"]["details"]} == {"segments", "offer"}
    assert app.messages.of("c", "autumn") == []


def test_a_draft_cannot_be_paused_resumed_or_cancelled(v1):
    v1.put("/campaigns/autumn", FIELDS)

    assert [v1.post(f"/campaigns/autumn/{move}").status_code for move in ("pause", "resume", "cancel")] == [409] * 3


def test_an_unknown_campaign_is_404_everywhere(v1):
    answers = [v1.get("/campaigns/x"), v1.get("/campaigns/x/report"), v1.post("/campaigns/x/launch")]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_every_wrong_field_is_named(v1):
    answer = v1.put("/campaigns/autumn", {"max_lateness": "soon", "colour": "red"})

    assert answer.status_code == 422
    assert {detail["where"] for detail in answer.json_body["error"]["details"]} == {
        "segments",
        "colour",
        "template",
        "max_lateness",
    }
    assert v1.get("/campaigns/autumn").status_code == 404
