"""`habitue campaign` and `habitue flow`."""

import json

import pytest

from chalicelib.services.activate_template import activate_template
from chalicelib.services.load_flow import require_flow
from chalicelib.services.put_campaign import put_campaign
from chalicelib.services.put_customer import put_customer
from chalicelib.services.put_flow import put_flow
from chalicelib.services.put_segment import put_segment
from chalicelib.services.put_template import put_template

SOURCE = """<mjml><mj-head><mj-title>Hello</mj-title></mj-head><mj-body><mj-section><mj-column>
<mj-text><a href="{{ unsubscribe_url }}">Leave</a> {{ postal_address }}</mj-text>
</mj-column></mj-section></mj-body></mjml>"""


def prepare(app, *, active=True):
    put_template(app, "spring", "en", None, SOURCE, mjml=True)
    if active:
        activate_template(app, "spring", None)
    put_segment(app, "all-of-them", {"field": "id", "op": "exists"})
    put_campaign(app, "spring-tea", {"segments": ["all-of-them"], "template": "spring"})


def test_a_campaign_is_launched_paused_resumed_and_cancelled(habitue):
    prepare(habitue.server.app)

    said = [habitue("campaign", verb, "spring-tea") for verb in ("launch", "launch", "pause", "resume", "cancel")]

    assert [ran.code for ran in said] == [0] * 5
    assert [ran.out for ran in said] == [
        "spring-tea: sending\n",
        "spring-tea: sending\n",
        "spring-tea: paused (by hand)\n",
        "spring-tea: sending\n",
        "spring-tea: cancelled (by hand)\n",
    ]
    ran = habitue("campaign", "resume", "spring-tea")
    assert (ran.code, ran.out) == (1, "")
    assert "'spring-tea' is cancelled" in ran.err


def test_a_campaign_is_shown_with_its_parts_and_what_comes_next(habitue):
    prepare(habitue.server.app)
    put_campaign(habitue.server.app, "spring-tea", {"stages": [{"share": 10}]})
    habitue("campaign", "launch", "spring-tea")

    ran = habitue("campaign", "show", "spring-tea")

    assert (ran.code, ran.out) == (
        0,
        "spring-tea: sending\n  stage-2: waiting\n  next: stage stage-2, by hand\n",
    )
    ran = habitue("campaign", "continue", "spring-tea")
    assert (ran.code, ran.out) == (1, "")
    assert "still going out" in ran.err


def test_a_launch_that_lacks_something_is_refused_with_every_reason(habitue):
    prepare(habitue.server.app, active=False)

    ran = habitue("campaign", "launch", "spring-tea")

    assert (ran.code, ran.out) == (1, "")
    assert "template 'spring' has no active version" in ran.err
    assert habitue.server.app.messages.get("c.spring-tea") is None


def test_a_dry_run_says_in_a_line_who_gets_it_and_why_the_others_do_not(habitue):
    app = habitue.server.app
    prepare(app)
    said = {"status": "granted", "at": "2026-01-01T00:00:00Z"}
    for name in ("ann", "bo"):
        put_customer(app, name, {"email": f"{name}@example.com", "consent": said})
    for name in ("cy", "di", "eve"):
        put_customer(app, name, {"email": f"{name}@example.com"})
    put_customer(app, "flo", {})

    ran = habitue("campaign", "dry-run", "spring-tea")

    assert ran.code == 0
    assert ran.out.splitlines()[:3] == [
        "2 get it. 4 do not: 3 no consent, 1 no address.",
        "Sending costs 0.01 USD; the offer at most 0.00 GBP.",
        "From the first mail to the last: 1 min.",
    ]
    assert {line for line in ran.out.splitlines() if line.startswith("sample")} == {
        "sample: ann: Hello",
        "sample: bo: Hello",
    }
    assert json.loads(habitue("campaign", "dry-run", "spring-tea", "--json").out)["will_send"] == 2


def test_a_report_has_one_count_a_line_with_its_share_and_the_whole_as_json(habitue):
    prepare(habitue.server.app)
    habitue("campaign", "launch", "spring-tea")

    ran = habitue("campaign", "report", "spring-tea")

    assert ran.code == 0
    head, *lines = ran.out.splitlines()
    shown = dict(line.split(maxsplit=1) for line in lines if line)
    assert head == "spring-tea: sending"
    assert (shown["sent"], shown["discount"], shown["profit"]) == ("0", "0.00 GBP", "not enough data")
    assert json.loads(habitue("campaign", "report", "spring-tea", "--json").out)["skipped"] == {}


@pytest.mark.parametrize("verb", ["launch", "pause", "resume", "cancel", "report"])
def test_an_unknown_campaign_is_refused_by_its_name(habitue, verb):
    ran = habitue("campaign", verb, "spring")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "habitue: There is no campaign 'spring'. Check the spelling, or create it first.\n"


def test_flows_are_listed_and_switched(habitue):
    fields = {"trigger": {"date": "birthday"}, "template": "spring", "about": "A greeting"}
    prepare(habitue.server.app)
    put_flow(habitue.server.app, "greeting", fields)

    assert habitue("flow", "list").out == "greeting  off  A greeting\n"
    assert habitue("flow", "enable", "greeting").out == "greeting: on\n"
    assert habitue("flow", "list").out == "greeting  on  A greeting\n"
    assert require_flow(habitue.server.app, "greeting")[0].enabled is True
    assert json.loads(habitue("flow", "disable", "greeting", "--json").out)["enabled"] is False
    assert require_flow(habitue.server.app, "greeting")[0].enabled is False


def test_without_flows_the_list_is_empty(habitue):
    ran = habitue("flow", "list")

    assert (ran.code, ran.out.strip()) == (0, "")


@pytest.mark.parametrize("verb", ["enable", "disable"])
def test_an_unknown_flow_is_refused_by_its_name(habitue, verb):
    ran = habitue("flow", verb, "moon")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "habitue: There is no flow 'moon'. Check the spelling, or create it first.\n"


def test_a_campaign_is_tested_before_its_launch(habitue):
    prepare(habitue.server.app)
    ran = habitue("campaign", "test-send", "spring-tea", "--to", "me@shop.example.com")

    assert (ran.code, ran.out) == (0, "me@shop.example.com  sent\n")
    assert habitue.server.app.mailer.accepted[0].subject == "[Test] Hello"
    assert habitue("campaign", "test-send", "spring-tea", "--to", "nobody").code == 1
