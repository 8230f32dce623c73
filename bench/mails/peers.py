"""The loop that anybody would write: read the customers, render with Jinja, one `send_email` each, and keep no record.

It claims nothing, keeps nothing, knows no consent and sends twice when it is started twice. What it does, it does with
the same template, client and answers.
"""

from time import process_time
from typing import Any

from jinja2 import Template

from bench.mails.run import Bench
from chalicelib.email.environment import MailEnvironment


def boto3_loop(bench: Bench) -> float:
    """Seconds of CPU a mail."""
    dynamodb, ses = bench.aws.client("dynamodb"), bench.aws.client("sesv2")
    template, variables = bench.renderer.last
    plain, escaping = MailEnvironment(autoescape=False), MailEnvironment(autoescape=True)
    parts = [plain.from_string(template.subject), escaping.from_string(template.html), plain.from_string(template.text)]
    before, sent = bench.aws.seconds, 0
    started = process_time()
    for page in dynamodb.get_paginator("scan").paginate(TableName="customers"):
        for item in page["Items"]:
            customer = {**variables["customer"], "id": item["id"]["S"], "first_name": item["first_name"]["S"]}
            ses.send_email(**_request(parts, {**variables, "customer": customer}, item["email"]["S"]))
            sent += 1
    return (process_time() - started - (bench.aws.seconds - before)) / sent


def _request(parts: list[Template], variables: dict[str, Any], to: str) -> dict[str, Any]:
    subject, html, text = (part.render(variables) for part in parts)
    return {
        "FromEmailAddress": "Kettle & Crane <hello@shop.example.com>",
        "Destination": {"ToAddresses": [to]},
        "Content": {"Simple": {"Subject": {"Data": subject}, "Body": {"Html": {"Data": html}, "Text": {"Data": text}}}},
        "ConfigurationSetName": "bench",
    }
