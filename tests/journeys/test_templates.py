"""A marketer's way on the packaged stack: drop a file, read the report, look, test, approve, send what was approved."""

import json
import re
import time
from typing import Any

import pytest

from tests.journeys.storefront import LONGEST_WAIT, SOURCE, Storefront, open_page

pytestmark = pytest.mark.stack
DROPPED = "uploads/templates/dropped.en.mjml"


def _drop(shop: Storefront, key: str, content: bytes) -> Any:
    """The report that lands beside a file dropped into the bucket, with the policies of the function enforced."""
    s3, bucket = shop.stack.client("s3"), shop.stack.installed.outputs["BucketName"]
    s3.put_object(Bucket=bucket, Key=key, Body=content)
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        found = s3.list_objects_v2(Bucket=bucket, Prefix=f"{key}.report.").get("Contents", [])
        if len(found) == 2:
            return json.loads(s3.get_object(Bucket=bucket, Key=f"{key}.report.json")["Body"].read())
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def test_a_dropped_template_is_previewed_tested_approved_by_a_second_person_and_sent(shop: Storefront) -> None:
    """D13, D15, E9: what was uploaded after the approval is not sent; a test counts nowhere."""
    report = _drop(shop, DROPPED, SOURCE.encode())
    assert (report["status"], report["state"]) == ("stored", "draft")
    assert shop.call("GET", "/templates/dropped")["active"] == {}

    [ann] = shop.people("dropped", 1, first_name="Ann")
    assert "Hello Ann" in shop.call("POST", "/templates/dropped/preview", {"customer_id": ann})["text"]
    tested = shop.call("POST", "/templates/dropped/test-send", {"to": "me@dropped.example.com", "customer_id": ann})
    assert [one["status"] for one in tested["results"]] == ["sent"]
    shop.call("POST", "/templates/dropped/activate", {"version": report["version"]})
    _drop(shop, "uploads/templates/dropped.mjml", SOURCE.replace("Hello", "Goodbye").encode())
    shop.begin("dropped", "dropped", template="dropped")
    shop.settle()

    mails = [mail for mail in shop.stack.ses.mails() if "dropped" in mail["to"]]
    assert {mail["to"]: "Hello Ann" in mail["text"] for mail in mails} == {
        "me@dropped.example.com": True,
        f"{ann}@example.com": True,
    }
    [test] = [mail for mail in mails if mail["to"] == "me@dropped.example.com"]
    assert test["subject"].startswith("[Test] ")
    assert "/t/" in test["headers"]["List-Unsubscribe"]
    assert shop.report("dropped")["planned"] == 1


def test_what_is_no_template_is_refused_beside_the_file(shop: Storefront) -> None:
    """D3."""
    report = _drop(shop, "uploads/templates/odd.en.mjml", b"<mjml><mj-body><mj-texx>x</mj-texx></mj-body></mjml>")

    assert report["status"] == "refused"
    assert report["errors"][0]["where"].startswith("line 1, column ")


def test_a_file_chosen_in_the_console_arrives_letter_by_letter_through_the_gateway(shop: Storefront) -> None:
    """F3: only with the token of the page and the cookie of this browser."""
    page = f"{shop.stack.url}/console/templates"
    first = open_page("GET", page)
    cookie = first.headers["Set-Cookie"].partition(";")[0]
    [token] = re.findall('name="csrf" value="([^"]+)"', first.data.decode())
    source = SOURCE.replace("Hello", "Grüße, 你好 🎂")
    parts = [('name="csrf"', token), ('name="file"; filename="chosen.de.mjml"', source)]
    body = (
        "".join(f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n" for head, text in parts)
        + "--b--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}

    assert open_page("POST", page, body.encode(), headers).status == 403
    answer = open_page("POST", page, body.encode(), {**headers, "Cookie": cookie})
    assert (answer.status, answer.headers["Location"]) == (303, "templates/chosen?locale=de&said=stored")
    found = shop.call("GET", "/templates/chosen")
    version = found["locales"]["de"]["draft"]
    assert shop.call("GET", f"/templates/chosen/versions/{version}")["source"] == source
    assert (found["active"], found["history"][0]["via"]) == ({}, "console")
