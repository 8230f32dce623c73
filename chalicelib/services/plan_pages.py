"""Where the pages of a plan lie in the bucket while its batches are being written, and how they go again.

A page names people, so none stays: once all batches of a message are there its pages are deleted, and an empty file in
their place tells a planner that comes late. The pages of a later part of a campaign wait until the part begins; their
names say how many people they hold, so that a report need not read them.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.ports import App

_PLANNED = "planned"


def _folder(message_id: str) -> str:
    return f"plans/{message_id}/"


def page_key(message_id: str, page: int) -> str:
    """Where a page of a message's own audience lies."""
    return f"{_folder(message_id)}{page:06}.json"


def planned_sign(message_id: str) -> str:
    """Where the sign lies that all is planned."""
    return f"{_folder(message_id)}{_PLANNED}"


def keys_of_pages(app: App, message_id: str) -> list[str]:
    """All pages that are there, in order; the sign that all is planned stands among them."""
    return app.files.keys(_folder(message_id))


def is_planned(app: App, message_id: str) -> bool:
    """Whether all batches are there."""
    return app.files.size(planned_sign(message_id)) is not None


def forget_pages(app: App, message_id: str) -> None:
    """First the sign that all is planned, then the pages: a rival that misses a page finds the sign."""
    sign = planned_sign(message_id)
    app.files.create(sign, b"", "text/plain")
    app.files.delete([key for key in keys_of_pages(app, message_id) if key != sign])


def delete_pages(app: App, message_id: str) -> None:
    """Take away the pages of a message whose plan was given up; none of their people is to be mailed."""
    app.files.delete([key for key in keys_of_pages(app, message_id) if key != planned_sign(message_id)])


def freeze_part(app: App, message_id: str, page: int, people: Sequence[str]) -> None:
    """Keep those of one page who go with a later part, until it begins.

    A planner that comes so late that the part has been planned meanwhile takes its page away again.
    """
    key = f"{_folder(message_id)}{page:06}-{len(people)}.json"
    content = json.dumps({"people": [[who] for who in people]}).encode()
    if app.files.create(key, content, "application/json") and is_planned(app, message_id):
        app.files.delete([key])


def part_pages(app: App, message_id: str) -> list[tuple[str, int, list[str]]]:
    """(key, number, customer ids) of each page of a later part that was not planned yet."""
    found = []
    for key in keys_of_pages(app, message_id):
        content = app.files.get(key) if key.endswith(".json") else None
        if content is not None:
            number = int(key.rpartition("/")[2].partition("-")[0])
            found.append((key, number, [who for who, *_ in json.loads(content)["people"]]))
    return found


def count_waiting(app: App, message_id: str) -> int:
    """How many people wait for a later part to begin."""
    names = [key.rpartition("/")[2].removesuffix(".json") for key in keys_of_pages(app, message_id)]
    return sum(int(name.partition("-")[2]) for name in names if "-" in name)


def plans_naming(app: App, customer_id: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(message id, key, content) of every page of a plan that is not done and names this customer."""
    for key in app.files.keys("plans/"):
        if key.endswith(f"/{_PLANNED}"):
            continue
        content = json.loads(app.files.get(key) or b'{"people": []}')
        if any(who == customer_id for who, *_ in content["people"]):
            yield key.split("/")[1], key, content
