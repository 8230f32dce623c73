from chalicelib.services.activate_template import activate_template
from chalicelib.services.put_template import put_template

SOURCE = """<mjml><mj-body><mj-section><mj-column><mj-text>
<a href="{{ unsubscribe_url }}">Leave</a> {{ postal_address }}
</mj-text></mj-column></mj-section></mj-body></mjml>"""
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


def test_a_dry_run_tells_who_would_get_it_and_stores_nothing(v1, app):
    v1.put("/segments/all-of-them", {"rule": {"field": "id", "op": "exists"}})
    v1.put(
        "/customers/ann", {"email": "ann@example.com", "consent": {"status": "granted", "at": "2026-01-01T00:00:00Z"}}
    )
    v1.put("/customers/bo", {"email": "bo@example.com"})
    put_template(app, "autumn", "en", "Hello", SOURCE, mjml=True)
    activate_template(app, "autumn", None)
    v1.put("/campaigns/autumn", {**FIELDS, "segments": ["all-of-them"], "template": "autumn"})

    answer = v1.post("/campaigns/autumn/dry-run")

    assert answer.status_code == 200
    found = answer.json_body
    assert (found["audience"], found["will_send"], found["will_skip"]) == (2, 1, {"no_consent": 1})
    assert (found["cost"], found["worst_offer_cost"]) == (
        {"amount": 1, "currency": "USD"},
        {"amount": 0, "currency": "GBP"},
    )
    assert (found["minutes"], found["next"]) == (1, None)
    assert [sample["customer_id"] for sample in found["samples"]] == ["ann"]
    assert v1.get("/campaigns/autumn").json_body["state"] == "draft"
    assert app.messages.of("c", "autumn") == []


def test_a_dry_run_of_what_is_no_campaign_or_with_a_wrong_body_is_refused(v1):
    assert v1.post("/campaigns/x/dry-run").status_code == 404
    v1.put("/campaigns/autumn", FIELDS)
    assert v1.post("/campaigns/autumn/dry-run", {"next": 3}).status_code == 400
    assert v1.post("/campaigns/autumn/dry-run", {"next": "bm8="}).status_code == 422
    assert v1.post("/campaigns/autumn/dry-run", {"people": 3}).status_code in (400, 422)


STAGED = {**FIELDS, "stages": [{"share": 10}], "goal": {"metric": "clicks", "target": 5}}


def launched(v1, app):
    v1.put("/segments/everyone-here", {"rule": {"field": "id", "op": "exists"}})
    put_template(app, "autumn", "en", "Hello", SOURCE, mjml=True)
    activate_template(app, "autumn", None)
    v1.put("/campaigns/autumn", {**STAGED, "segments": ["everyone-here"], "template": "autumn"})
    return v1.post("/campaigns/autumn/launch", {"undo_seconds": 30})


def test_a_campaign_tells_where_it_stands_why_and_what_comes_next(v1, app):
    answer = launched(v1, app)

    assert answer.status_code == 202
    found = answer.json_body
    assert (found["state"], found["stages"], found["goal"]["target"]) == ("scheduled", [{"share": 10}], 5)
    assert found["state_reason"].startswith("can be undone until")
    assert found["undo_until"] > found["launched_at"]
    assert found["parts"] == [
        {"name": "stage-2", "state": "waiting", "state_reason": "", "because": "", "state_since": None, "waiting": 0}
    ]
    assert found["next"] == {"what": "stage", "name": "stage-2", "at": None}


def test_a_launch_that_is_undone_says_that_nobody_was_mailed(v1, app):
    launched(v1, app)

    answer = v1.post("/campaigns/autumn/cancel")

    assert (answer.status_code, answer.json_body["state"]) == (200, "cancelled")
    assert answer.json_body["state_reason"] == "undone before anything left: nobody was mailed"


def test_a_launched_campaign_cannot_be_changed(v1, app):
    """A9."""
    launched(v1, app)
    before = v1.get("/campaigns/autumn").json_body

    answer = v1.put("/campaigns/autumn", {"topic": "news"})

    assert (answer.status_code, answer.json_body["error"]["code"]) == (409, "conflict")
    assert v1.get("/campaigns/autumn").json_body == before


def test_a_stage_cannot_go_on_before_the_first_has_begun(v1, app):
    launched(v1, app)

    answer = v1.post("/campaigns/autumn/continue")

    assert answer.status_code == 409
    assert "'autumn' is scheduled; its next stage can begin only once" in answer.json_body["error"]["message"]
    assert [message.id for message in app.messages.of("c", "autumn")] == ["c.autumn"]


def test_an_undo_window_that_is_none_is_refused_and_nothing_is_launched(v1, app):
    v1.put("/segments/everyone-here", {"rule": {"field": "id", "op": "exists"}})
    v1.put("/campaigns/autumn", {**STAGED, "segments": ["everyone-here"]})

    answers = [v1.post("/campaigns/autumn/launch", body) for body in ({"undo_seconds": -1}, {"undo": 5})]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert app.messages.of("c", "autumn") == []
