"""`habitue key`: a key for each person."""

import json

from chalicelib.services.list_keys import list_keys


def test_a_key_is_made_shown_once_listed_and_removed(habitue, monkeypatch):
    assert habitue("key", "list").out == "Only the main key.\n"
    made = habitue("key", "add", "ann")
    assert (made.code, made.err) == (0, "")
    assert made.out.startswith("hk_ann_")
    listed = habitue("key", "list")
    assert listed.out.startswith("ann  20")
    assert made.out.strip() not in listed.out

    monkeypatch.setenv("HABITUE_API_KEY", made.out.strip())
    assert json.loads(habitue("key", "list", "--json").out)["keys"][0]["name"] == "ann"
    ran = habitue("key", "add", "bob")
    assert (ran.code, ran.out) == (1, "")
    assert "needs the main API key, not that of 'ann'" in ran.err
    assert habitue("key", "remove", "ann").code == 1
    assert [one["name"] for one in list_keys(habitue.server.app)] == ["ann"]


def test_a_removed_key_opens_nothing(habitue, monkeypatch):
    key = habitue("key", "add", "ann").out.strip()

    assert habitue("key", "remove", "ann").out == "ann: removed\n"
    monkeypatch.setenv("HABITUE_API_KEY", key)
    assert habitue("key", "list").code == 1
