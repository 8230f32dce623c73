"""Knows how accepted mails are shown: the two mailbox pages, their policy, and the mailbox as JSON."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.domain.send_tags import read_tags

# A mail as `SesStandIn.mails` gives it. `status` may be left out.
ShownMail = Mapping[str, object]
FIELDS = ("id", "to", "from", "subject", "sent_at", "headers", "tags", "html", "text")
SHOWN = 1000  # mails on one page; the JSON has all

_TEMPLATES = Path(__file__).parents[2] / "templates" / "web" / "local"
# Filters the rows by all the words typed; without scripts the page simply has no search.
_SCRIPT = """
const form = document.querySelector("form"), field = document.getElementById("filter");
const rows = [...document.querySelectorAll(".mail")].map(row => [row, row.textContent.toLowerCase()]);
const filter = () => {
  const words = field.value.toLowerCase().split(/\\s+/);
  let left = 0;
  for (const [row, text] of rows) left += !(row.hidden = !words.every(word => text.includes(word)));
  document.getElementById("count").textContent = left;
  document.getElementById("nothing").hidden = left > 0;
};
form.hidden = false;
form.addEventListener("submit", event => event.preventDefault());
field.addEventListener("input", filter);
filter();
"""
_HEAD = re.compile(r"<head(?:\s[^>]*)?>", re.IGNORECASE)
# Links of the mail open in a tab of their own: inside the frame a page could neither run scripts nor post its form.
_NEW_TAB = '<base target="_blank">'


def content_security_policy() -> str:
    """The Content-Security-Policy for both pages: no script but the search, no page in the frame but the mail itself.

    A mail shown by `srcdoc` inherits it, so it allows what mails need: images and fonts from anywhere, inline styles.
    """
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline' https:; font-src https: data:; "
        "img-src http: https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def mailbox_page(mails: Sequence[ShownMail], base: str) -> str:
    """The list of `mails` (oldest first) as an HTML page, newest first. `base` is its own path, without a slash at the
    end, such as `/local/mailbox`; a mail is linked as `<base>/<id>`."""
    shown = [_complete(mail) for mail in reversed(mails[-SHOWN:])]
    page = _environment().get_template("mailbox.html")
    return page.render(shown=shown, total=len(mails), base=base, style=_style(), script=Markup(_SCRIPT))  # noqa: S704


def mail_page(mail: ShownMail, base: str) -> str:
    """One mail as an HTML page: its HTML in a sandboxed frame (no script, no origin), its text, headers and tags."""
    page = _environment().get_template("mail.html")
    return page.render(mail=_complete(mail), document=_framed(str(mail["html"])), base=base, style=_style())


def mailbox_json(mails: Sequence[ShownMail]) -> str:
    """All `mails` as `{"mails": [...]}` with exactly the fields of the public interface."""
    return json.dumps({"mails": [{name: mail[name] for name in FIELDS} for mail in mails]}, ensure_ascii=False)


def _complete(mail: ShownMail) -> dict[str, object]:
    tags = mail["tags"]
    return {"status": "", **mail, "told": _told(tags) if isinstance(tags, Mapping) else {}}


def _told(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags as people read them: ours hold ids in letters that a tag may hold."""
    try:
        send = read_tags({name: [value] for name, value in tags.items()})
    except ValueError:
        send = None
    ours = {"message": send.message_id, "batch": send.batch_id, "person": send.customer_id} if send else {}
    return {**tags, **ours}


def _framed(html: str) -> str:
    head = _HEAD.search(html)
    return html[: head.end()] + _NEW_TAB + html[head.end() :] if head else _NEW_TAB + html


def _moment(sent_at: str) -> str:
    at = datetime.fromisoformat(sent_at)
    return f"{at.day} {at:%b %Y, %H:%M:%S}"


@cache
def _style() -> Markup:
    return Markup((_TEMPLATES / "mailbox.css").read_text("utf-8"))  # noqa: S704 - a file of the project


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["moment"] = _moment
    return environment
