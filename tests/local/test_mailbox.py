"""The mailbox pages: what they show, and that a mail in them can do nothing."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import html5lib
import pytest

from chalicelib.domain.send_tags import send_tags
from chalicelib.local.mailbox import content_security_policy, mail_page, mailbox_json, mailbox_page

BASE = "/local/mailbox"
EVIL = "<script>document.title='owned'</script><img src=x onerror=\"parent.document.title='owned'\">"


def a_mail(number=1, **changes):
    mail = {
        "id": f"m-{number}",
        "message_id": f"m-{number}",
        "to": f"ada{number}@example.com",
        "from": "Tea House <hello@shop.example>",
        "subject": f"Subject {number}",
        "sent_at": "2026-03-01T09:00:05.123456+00:00",
        "headers": {"Subject": f"Subject {number}", "List-Unsubscribe": "<https://links.shop.example/u/t>"},
        "tags": {"kind": "birthday"},
        "html": f"<html><head></head><body><a href='https://shop.example/'>Go {number}</a></body></html>",
        "text": f"Text {number}",
        "configuration_set": "shop-marketing",
        "status": "delivered",
    }
    return mail | changes


def parsed(page):
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True)
    return parser.parse(page)


def words(element):
    return " ".join("".join(element.itertext()).split())


def test_the_list_shows_each_mail_newest_first_with_its_link():
    page = parsed(mailbox_page([a_mail(1), a_mail(2, status="bounced")], BASE))

    rows = page.findall(".//li")
    assert [row.find("a").get("href") for row in rows] == ["/local/mailbox/m-2", "/local/mailbox/m-1"]
    assert words(rows[0]) == (
        "ada2@example.comfrom Tea House <hello@shop.example> Subject 2 bouncedkind birthday 1 Mar 2026, 09:00:05"
    )
    assert page.find(".//time").get("datetime") == "2026-03-01T09:00:05.123456+00:00"


def test_our_own_tags_are_told_as_the_ids_that_they_stand_for():
    mail = a_mail(tags=send_tags("f.birthday.2026-11-22", "b-1", "c-1") | {"kind": "x"})

    assert words(parsed(mailbox_page([mail], BASE)).find(".//li")).endswith(
        "message f.birthday.2026-11-22person c-1kind x 1 Mar 2026, 09:00:05"
    )
    assert "c-1" in mail_page(mail, BASE)
    assert json.loads(mailbox_json([mail]))["mails"][0]["tags"] == mail["tags"]


def test_tags_of_the_same_names_that_are_not_ours_are_shown_as_they_are():
    page = mailbox_page([a_mail(tags={"message": "\xff", "batch": "b", "person": "p"})], BASE)

    assert "person p" in words(parsed(page).find(".//li"))


def test_an_empty_mailbox_says_so_and_offers_no_search():
    page = mailbox_page([], BASE)

    assert "No mail yet" in page
    assert parsed(page).find(".//form") is None


def test_a_long_mailbox_shows_the_newest_thousand():
    page = mailbox_page([a_mail(number) for number in range(1001)], BASE)

    assert page.count('class="mail"') == 1000
    assert "/local/mailbox/m-1000" in page
    assert '/local/mailbox/m-0"' not in page
    assert "The 1 oldest are in the JSON only." in page


def test_a_mail_shows_its_parts_headers_and_tags():
    page = parsed(mail_page(a_mail(), BASE))

    assert words(page.find(".//h1")) == "Subject 1"
    assert words(page.find(".//pre")) == "Text 1"
    assert [words(cell) for cell in page.findall(".//tbody//td")] == ["Subject 1", "<https://links.shop.example/u/t>"]
    assert "kind birthday" in [words(chip) for chip in page.findall(".//span[@class='chip']")]
    assert page.find(".//nav/a").get("href") == BASE


def test_the_frame_may_not_run_scripts_or_have_an_origin():
    """D10."""
    frame = parsed(mail_page(a_mail(html=EVIL), BASE)).find(".//iframe")

    assert frame.get("sandbox").split() == ["allow-popups", "allow-popups-to-escape-sandbox"]
    assert frame.get("srcdoc") == '<base target="_blank">' + EVIL
    assert frame.get("src") is None


def test_a_mail_without_html_has_no_frame():
    page = parsed(mail_page(a_mail(html=""), BASE))

    assert page.find(".//iframe") is None
    assert page.find(".//input[@id='part-text']").get("checked") is not None


def test_data_of_a_mail_is_text_everywhere():
    """D8."""
    mail = a_mail(
        subject=EVIL,
        to=EVIL,
        text=EVIL,
        status="",
        tags={EVIL: EVIL},
        headers={EVIL: EVIL},
        **{"from": EVIL, "id": "a/b?c"},
    )

    for page in (mailbox_page([mail], BASE), mail_page(mail, BASE)):
        assert parsed(page).find(".//img") is None
        assert len(parsed(page).findall(".//script")) == page.count("</script>") <= 1
    assert 'href="/local/mailbox/a/b%3Fc"' in mailbox_page([mail], BASE)


def test_the_json_has_exactly_the_public_fields_oldest_first():
    mails = json.loads(mailbox_json([a_mail(1), a_mail(2)]))["mails"]

    assert [mail["id"] for mail in mails] == ["m-1", "m-2"]
    assert list(mails[0]) == ["id", "to", "from", "subject", "sent_at", "headers", "tags", "html", "text"]


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The pages over HTTP under their policy, as the local front serves them."""
    mails = [a_mail(1, tags={"kind": "birthday"}), a_mail(2, tags={"kind": "new_product"}), a_mail(3, html=EVIL)]

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            [found] = [mail for mail in mails if self.path.endswith(mail["id"])] or [None]
            body = (mail_page(found, BASE) if found else mailbox_page(mails, BASE)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", content_security_policy())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{BASE}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_list_is_searched_and_fits_the_screen(browser, served, width):
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.goto(served)

    page.get_by_label("Search").fill("NEW_product ada")

    assert page.locator(".mail:visible").count() == 1
    assert page.locator("#count").inner_text() == "1"
    page.get_by_label("Search").fill("nothing like it")
    assert page.get_by_text("No mail matches.").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()


def test_a_mail_is_readable_its_tabs_work_and_its_links_open_beside_it(browser, served):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.context.route("https://shop.example/**", lambda route: route.fulfill(body="shop"))
    page.goto(f"{served}/m-1")

    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Go 1").click()
    assert opened.value.url == "https://shop.example/"
    assert page.url.endswith("/m-1")

    page.get_by_text("Text", exact=True).click()
    assert page.locator("pre").inner_text() == "Text 1"
    page.get_by_text("Headers").first.click()
    assert page.get_by_role("cell", name="<https://links.shop.example/u/t>").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.context.close()


def test_a_script_in_a_mail_does_not_run(browser, served):
    """D10, in a browser."""
    page = browser.new_page()
    page.goto(f"{served}/m-3")
    page.frame_locator("iframe").locator("img").wait_for(state="attached")

    assert page.title() == "Subject 3"
    assert page.frames[1].title() != "owned"
    page.close()
