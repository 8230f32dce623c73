"""The console in Chromium: a marketer uploads, mends, looks, tests, activates, goes back (D10, F3, F7)."""

from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from chalicelib.domain.template_versions import Author
from chalicelib.ports import App
from chalicelib.services.activate_template import activate_template
from chalicelib.services.get_template import get_template
from chalicelib.services.put_shop import put_shop
from chalicelib.services.put_template import put_template
from chalicelib.web import console_routing
from tests.browser.pages import opened

DARK = "@media (prefers-color-scheme:dark){body{background:rgb(1,2,3)!important}}"
SOURCE = f"""<html><head><title>Hello {{{{ customer.first_name | default('you') }}}}</title><style>{DARK}</style></head>
<body style="background:rgb(250,251,252)"><p>Dear {{{{ customer.first_name | default('friend') }}}}</p>
<p><a href="{{{{ unsubscribe_url }}}}">Leave</a> {{{{ postal_address }}}}</p></body></html>"""
PAGES = ("", "/reputation", "/templates", "/templates/spring", "/templates/spring/diff", *(
    f"/templates/spring/preview?{query}" for query in ("", "view=phone&scheme=dark", "view=text", "who=customer")
))  # fmt: skip


@pytest.fixture
def console(base: str, app: App, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an open console, with a template of two versions, the older one active."""
    monkeypatch.setattr(console_routing, "get_settings", lambda: SimpleNamespace(console_open=True))
    put_template(app, "spring", "en", None, SOURCE, mjml=False, author=Author(name="ann"))
    activate_template(app, "spring", None)
    put_template(app, "spring", "en", None, SOURCE.replace("Dear", "Good day"), mjml=False, note="warmer")
    return f"{base}/console"


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_every_page_fits_the_screen_breaks_no_policy_and_axe_finds_nothing_serious(
    browser: Any, console: str, app: App, width: int, scheme: str
) -> None:
    put_shop(app, {"template_approval": scheme == "dark"})  # the page then says who approves
    for path in PAGES:
        page, complaints = opened(browser, f"{console}{path}", width, scheme)

        assert complaints == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.locator("h1").count() == 1, path
        found = Axe().run(page).response["violations"]
        assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == [], path
        page.context.close()


def test_a_marketer_uploads_mends_looks_tests_activates_and_goes_back(
    browser: Any, console: str, app: App, tmp_path: Any
) -> None:
    page, complaints = opened(browser, f"{console}/templates", 1280)
    file = tmp_path / "summer.en.html"
    file.write_text(SOURCE.replace("</p>", "{{ customer.frist_name }}</p>", 1))
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Save as a draft").click()
    alert = page.get_by_role("alert")
    assert "line 2, column" in alert.inner_text()
    assert "first_name" in alert.inner_text()

    box = page.get_by_label("Source", exact=True)
    box.fill(box.input_value().replace("{{ customer.frist_name }}", ""))
    page.get_by_role("button", name="Save as a draft").click()
    page.get_by_text("Saved as a new draft").wait_for()
    assert page.url == f"{console}/templates/summer?locale=en&said=stored"
    assert get_template(app, "summer")["active"] == {}

    page.get_by_role("link", name="Preview and test").click()
    page.get_by_label("E-mail addresses").fill("me@shop.example.com")
    page.get_by_role("button", name="Send the test").click()
    page.get_by_text("me@shop.example.com").wait_for()
    page.reload()  # the browser sends the form again: the first answer comes again, and no second mail
    assert app.mailer.recipients == ["me@shop.example.com"]  # type: ignore[attr-defined]
    page.goto(f"{console}/templates/spring")
    page.get_by_role("link", name="What changed").click()
    assert "Good day" in page.locator("tr.added").first.inner_text()
    page.goto(f"{console}/templates/spring")
    page.get_by_role("button", name="Activate the draft").click()
    page.get_by_text("Activated. Launches from now on").wait_for()
    entry = get_template(app, "spring")["locales"]["en"]
    assert entry["active"] == entry["draft"]
    page.get_by_role("button", name="Make active").first.click()
    page.get_by_text("Draft waits").wait_for()
    assert get_template(app, "spring")["locales"]["en"]["active"] == entry["versions"][1]
    assert [words for words in complaints if "422" not in words] == []
    page.context.close()


def test_the_mail_shows_its_own_light_and_dark_styles_whatever_the_machine_prefers(browser: Any, console: str) -> None:
    grounds = {}
    for machine in ("light", "dark"):
        for scheme in ("light", "dark"):
            page, _ = opened(browser, f"{console}/templates/spring/preview?scheme={scheme}", 1280, machine)
            body = page.frame_locator("iframe").locator("body")
            grounds[machine, scheme] = body.evaluate("e => getComputedStyle(e).backgroundColor")
            page.context.close()

    assert grounds == {
        (machine, scheme): "rgb(1, 2, 3)" if scheme == "dark" else "rgb(250, 251, 252)"
        for machine in ("light", "dark")
        for scheme in ("light", "dark")
    }


def test_what_stands_in_a_mail_runs_no_script_and_reads_no_cookie(browser: Any, console: str, app: App) -> None:
    """D10: even where the compiler had let it through, the frame and its own address run nothing."""
    version = get_template(app, "spring")["locales"]["en"]["draft"]
    evil = "<script>document.title=document.cookie||'ran'</script><img src=x onerror=\"document.title='ran'\">"
    key = f"templates/{version}.json"
    kept = (app.files.get(key) or b"").decode()
    app.files.put(key, kept.replace("Good day", evil.replace('"', '\\"') + "Good day").encode())
    from chalicelib.services import load_version

    load_version._loaded.pop(version, None)
    for address in ("preview", "mail"):
        page, _ = opened(browser, f"{console}/templates/spring/{address}?version={version}", 1280)
        frame = page.frames[-1]
        assert frame.locator("p").first.inner_text().startswith("Good day")
        assert "ran" not in {page.title(), frame.evaluate("document.title")}
        if address == "preview":
            allowed = set(page.locator("iframe").get_attribute("sandbox").split())
            assert allowed == {"allow-popups", "allow-popups-to-escape-sandbox"}
            # The browser's own tools run in the frame; a page's script does not, and would see no cookie either.
            with pytest.raises(Exception, match="cookie|SecurityError|sandbox"):
                frame.evaluate("document.cookie")
        page.context.close()
    load_version._loaded.pop(version, None)


def test_a_link_of_the_preview_opens_apart_and_says_what_the_real_one_does(
    browser: Any, base: str, console: str, app: App
) -> None:
    put_shop(app, {"links_url": base})
    page, _ = opened(browser, f"{console}/templates/spring/preview", 1280)
    with page.context.expect_page() as opening:
        page.frame_locator("iframe").get_by_role("link", name="Leave").click()

    assert opening.value.get_by_text("This is a test mail").is_visible()
    assert page.url.endswith("/preview")
    page.context.close()


def test_activating_by_keyboard_alone(browser: Any, console: str, app: App) -> None:
    page, _ = opened(browser, f"{console}/templates/spring", 390)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "Activate the draft":
            break
    page.keyboard.press("Enter")
    page.get_by_text("Activated. Launches from now on").wait_for()

    entry = get_template(app, "spring")["locales"]["en"]
    assert entry["active"] == entry["draft"]
    page.context.close()
