"""Keys over HTTP, and a version that a second person has to approve."""

import pytest

from tests.web.test_api_templates import MJML, XML


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def ann(v1):
    return bearer(v1.put("/keys/ann").json_body["key"])


def test_a_key_is_made_listed_replaced_and_taken_away(v1):
    made = v1.put("/keys/ann").json_body

    assert v1.get("/keys").json_body == {"keys": [{"name": "ann", "created_at": made["created_at"]}]}
    assert v1.call("GET", "/shop", **bearer(made["key"])).status_code == 200
    assert v1.put("/keys/ann").json_body["key"] != made["key"]
    assert v1.call("GET", "/shop", **bearer(made["key"])).status_code == 401
    assert v1.call("DELETE", "/keys/ann").json_body == {"keys": []}
    assert v1.call("DELETE", "/keys/ann").status_code == 404
    assert v1.put("/keys/main").status_code == 422


def test_only_the_main_key_makes_keys_or_changes_who_approves(v1, ann):
    for method, path, body in (
        ("PUT", "/keys/bob", None),
        ("DELETE", "/keys/ann", None),
        ("PUT", "/shop", {"template_approval": True}),
        ("PUT", "/shop", {"approval_above": 0}),
    ):
        answer = v1.call(method, path, body, **ann)
        assert (answer.status_code, answer.json_body["error"]["code"]) == (403, "forbidden")
        assert "needs the main API key" in answer.json_body["error"]["message"]
    assert [one["name"] for one in v1.get("/keys").json_body["keys"]] == ["ann"]
    assert v1.get("/shop").json_body["template_approval"] is False
    assert v1.call("PUT", "/shop", {"template_approval": False, "name": "Crane"}, **ann).status_code == 200


def test_a_launch_to_more_people_than_one_may_decide_about_takes_two_keys(v1, ann):
    v1.put("/templates/hello", MJML, **XML)
    v1.post("/templates/hello/activate")
    v1.put("/segments/all", {"rule": {"field": "id", "op": "exists"}})
    v1.put("/customers/cy", {"email": "cy@example.com"})
    v1.put("/campaigns/spring", {"segments": ["all"], "template": "hello"})
    v1.put("/shop", {"approval_above": 0})

    answers = [v1.call("POST", "/campaigns/spring/launch", {}, **ann) for _ in range(2)]
    assert [(answer.status_code, answer.json_body["error"]["code"]) for answer in answers] == [
        (409, "approval_needed")
    ] * 2
    assert v1.get("/campaigns/spring").json_body["state"] == "draft"
    assert v1.call("PUT", "/shop", {"approval_above": None}, **ann).status_code == 403
    assert v1.post("/campaigns/spring/launch").status_code == 202


def test_with_one_key_alone_nothing_can_be_approved_and_the_answer_says_what_to_do(v1):
    """D13: until then the version that was approved before is what is sent."""
    v1.put("/templates/hello", MJML, **XML)
    v1.put("/shop", {"template_approval": True})
    refused = v1.post("/templates/hello/activate")

    assert (refused.status_code, refused.json_body["error"]["code"]) == (409, "conflict")
    assert "'main' uploaded it and cannot approve it too" in refused.json_body["error"]["message"]
    assert "`habitue key add NAME`" in refused.json_body["error"]["message"]
    assert v1.get("/templates/hello").json_body["active"] == {}


def test_a_second_person_approves_and_the_history_tells_it(v1, ann):
    v1.put("/shop", {"template_approval": True})
    version = v1.call("PUT", "/templates/hello?note=warmer", MJML, **XML, **ann).json_body["version"]

    assert v1.call("POST", "/templates/hello/activate", {}, **ann).status_code == 409
    told = v1.call("POST", "/templates/hello/activate", {"note": "fine"}, User_Agent="habitue-command").json_body
    assert told["active"] == {"en": version}
    assert [(one["what"], one["by"], one["via"], one["note"]) for one in told["history"]] == [
        ("activated", "main", "cli", "fine"),
        ("uploaded", "ann", "api", "warmer"),
    ]


def test_a_version_shows_its_source_and_what_changed_since(v1):
    first = v1.put("/templates/hello", MJML, **XML).json_body["version"]
    second = v1.put("/templates/hello", MJML.replace(b"tea", b"coffee"), **XML).json_body["version"]

    assert v1.get(f"/templates/hello/versions/{first}").json_body["source"] == MJML.decode()
    found = v1.get("/templates/hello/diff").json_body
    assert (found["from"], found["to"]) == (first, second)
    assert v1.get(f"/templates/hello/diff?from={second}&to={first}").json_body["to"] == first
    assert v1.get("/templates/hello/versions/none").status_code == 404
    [listed] = v1.get("/templates").json_body["templates"]
    assert (listed["name"], listed["locales"]["en"]["draft"]) == ("hello", second)
