"""`habitue template`: checked without a stack, uploaded and made active together."""

import json

import pytest

from chalicelib.errors import MailRefused
from chalicelib.services.get_template import get_template
from chalicelib.services.put_shop import put_shop

GOOD = """<mjml><mj-head><mj-title>Hello {{ customer.first_name | default('you') }}</mj-title></mj-head><mj-body>
<mj-section><mj-column>
<mj-text><a href="{{ unsubscribe_url }}">Leave</a> {{ postal_address }}</mj-text>
</mj-column></mj-section></mj-body></mjml>"""
BARE = GOOD.replace('<a href="{{ unsubscribe_url }}">Leave</a>', "Hello")
WRONG = GOOD.replace("<mj-text>", "<mj-texx>").replace("</mj-text>", "</mj-texx>")


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def test_a_good_template_has_no_fault(alone, write):
    ran = alone("template", "check", write("spring.en.mjml", GOOD))

    assert (ran.code, ran.out, ran.err) == (0, "No fault found.\n", "")


def test_a_warning_is_told_and_ends_with_0(alone, write):
    file = write("spring.mjml", BARE)

    ran = alone("template", "check", file)

    assert (ran.code, ran.err) == (0, "")
    [line] = ran.out.splitlines()
    assert line.startswith("warning  ")
    assert line.endswith("(stops the launch) [unsubscribe]")
    found = json.loads(alone("template", "check", file, "--json").out)
    assert found["errors"] == []
    [warning] = found["warnings"]
    assert set(warning) == {"rule", "where", "message", "severity"}
    assert (warning["rule"], warning["severity"]) == ("unsubscribe", "stops")
    assert {"version", "variables", "links", "size_bytes"} < set(found)


def test_an_error_is_told_at_its_line_and_column_and_ends_with_1(alone, write):
    file = write("spring.mjml", WRONG)

    ran = alone("template", "check", file)

    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("error    line 3, column 1: ")
    ran = alone("template", "check", file, "--json")
    [error] = json.loads(ran.out)["errors"]
    assert ran.code == 1
    assert error["where"] == "line 3, column 1"
    assert "mj-texx" in error["message"]


def test_a_file_that_is_not_utf_8_is_an_error_at_its_byte(alone, write):
    ran = alone("template", "check", write("spring.mjml", GOOD.replace("Leave", "Café").encode("latin-1")))

    assert ran.code == 1
    assert ran.out.startswith("error    line 3, column 45: the byte 0xe9 is not UTF-8; save the file as UTF-8")


def test_a_byte_order_mark_moves_no_column(alone, write):
    ran = alone("template", "check", write("spring.mjml", GOOD.encode("utf-8-sig")))

    assert (ran.code, ran.out) == (0, "No fault found.\n")


def test_html_is_checked_too(alone, write):
    page = "<html><head><title>x</title></head><body><p>{{ customer.frist_name }}</p></body></html>"

    ran = alone("template", "check", write("spring.html", page))

    assert ran.code == 1
    assert "first_name" in ran.out


@pytest.mark.parametrize("verb", ["check", "push"])
def test_a_file_of_another_kind_is_wrong_usage(habitue, write, verb):
    ran = habitue("template", verb, write("spring.txt", GOOD))

    assert (ran.code, ran.out) == (2, "")
    assert "spring.txt must end in .mjml or .html" in ran.err
    assert habitue.server.asked == []


def test_pushed_templates_are_active_in_their_languages(habitue, write):
    ran = habitue("template", "push", write("spring.en.mjml", GOOD), write("spring.de.mjml", BARE))

    assert (ran.code, ran.err) == (0, "")
    first, second, warning = ran.out.splitlines()
    assert (first, second) == ("spring (en): active", "spring (de): active")
    assert warning.startswith("  warning  ")
    assert set(get_template(habitue.server.app, "spring")["active"]) == {"en", "de"}


def test_what_was_pushed_is_answered_as_json(habitue, write):
    [answer] = json.loads(habitue("template", "push", write("spring.mjml", GOOD), "--json").out)

    assert (answer["name"], answer["locale"], answer["errors"], answer["warnings"]) == ("spring", "en", [], [])
    assert get_template(habitue.server.app, "spring")["active"] == {"en": answer["version"]}


def test_where_one_of_several_is_refused_none_becomes_active(habitue, write):
    bad = write("spring.de.mjml", WRONG)

    ran = habitue("template", "push", write("spring.en.mjml", GOOD), bad)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"habitue: {bad}: ")
    assert "\n  line 3, column 1: " in ran.err
    assert get_template(habitue.server.app, "spring")["active"] == {}


def test_a_draft_waits_to_be_activated_and_the_history_knows_the_command(habitue, write):
    ran = habitue("template", "push", write("spring.mjml", GOOD), "--draft", "--note", "first")
    version = get_template(habitue.server.app, "spring")["locales"]["en"]["draft"]

    assert (ran.code, ran.out) == (0, f"spring (en): draft, version {version}\n")
    assert habitue("template", "list").out == "spring  en draft\n"
    assert habitue("template", "activate", "spring", "--note", "fine").out == f"spring (en): {version}\n"
    first, second = habitue("template", "history", "spring").out.splitlines()
    assert first.split()[1:] == ["activated", "en", f"{version[:8]}*", "main", "cli", "fine"]
    assert second.split()[1:] == ["uploaded", "en", f"{version[:8]}*", "main", "cli", "first"]


def test_what_changed_is_told_line_by_line(habitue, write):
    habitue("template", "push", write("spring.mjml", GOOD))
    habitue("template", "push", write("spring.mjml", GOOD.replace("Leave", "Go")), "--draft")
    ran = habitue("template", "diff", "spring")

    assert [line[:1] for line in ran.out.splitlines()] == ["-", "+", " ", " ", "-", "+", " "]
    assert habitue("template", "list").out == "spring  en active, draft waits\n"
    assert habitue("template", "diff", "none").code == 1


def test_a_push_that_a_second_person_has_to_approve_ends_with_1_and_stays_a_draft(habitue, write):
    put_shop(habitue.server.app, {"template_approval": True})
    ran = habitue("template", "push", write("spring.mjml", GOOD))

    assert (ran.code, ran.out) == (1, "")
    assert "spring (en) is uploaded as a draft: The shop wants a second person to approve" in ran.err
    assert get_template(habitue.server.app, "spring")["active"] == {}


def refuse(_):
    raise MailRefused("MessageRejected", "no", retry=False)


def test_a_mail_is_previewed_and_tested(habitue, write, tmp_path):
    habitue("template", "push", write("spring.mjml", GOOD))
    ran = habitue("template", "preview", "spring", "--empty", "--html", tmp_path / "mail.html")
    assert ran.out.startswith("Subject: Hello you\n\n")
    assert "Leave" in (tmp_path / "mail.html").read_text()
    assert habitue("template", "preview", "spring", "--customer", "nobody").code == 1

    ran = habitue("template", "test-send", "spring", "--to", "me@shop.example.com", "--to", "you@shop.example.com")
    assert (ran.code, ran.out) == (0, "me@shop.example.com   sent\nyou@shop.example.com  sent\n")
    habitue.server.app.mailer.before = refuse
    ran = habitue("template", "test-send", "spring", "--to", "me@shop.example.com")
    assert (ran.code, ran.out) == (1, "me@shop.example.com  failed  MessageRejected: no\n")
    assert habitue("template", "test-send", "spring").code == 2
