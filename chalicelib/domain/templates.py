"""What a template is once compiled, and what a finished mail is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from chalicelib.domain.template_rules import REFUSES_LAUNCH, RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateWarning:
    """What an author should mend before a launch."""

    rule: str  # one of template_rules.RULES
    where: str  # "line 12, column 7"; empty where it concerns the whole
    message: str

    def shown(self) -> dict[str, str]:
        """As API and command answer it, with the rule's severity."""
        return {**asdict(self), "severity": RULES[self.rule]}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTemplate:
    """One immutable version: Jinja sources with no MJML left. Named by the hash of its content."""

    version: str  # content hash, hex
    name: str
    locale: str
    subject: str  # Jinja source of one line
    preheader: str = ""
    html: str  # Jinja source
    text: str  # Jinja source of the plain-text part
    variables: tuple[str, ...] = ()  # what the sources read, dotted
    links: tuple[str, ...] = ()  # the author's link targets, numbered by place
    warnings: tuple[TemplateWarning, ...] = ()
    size_bytes: int = 0  # of the HTML of a sample mail

    @property
    def refuses_launch(self) -> list[str]:
        """The warnings that stop a launch, each as one sentence; empty: it may be sent."""
        found = [warning for warning in self.warnings if warning.rule in REFUSES_LAUNCH]
        return [f"{found_one.where}: {found_one.message}".removeprefix(": ") for found_one in found]


def template_to_fields(template: CompiledTemplate) -> dict[str, Any]:
    """A version as plain JSON values."""
    return asdict(template)


def template_from_fields(fields: Mapping[str, Any]) -> CompiledTemplate:
    """A version from what `template_to_fields` gave."""
    lists = {name: tuple(fields[name]) for name in ("variables", "links")}
    warnings = tuple(TemplateWarning(**warning) for warning in fields["warnings"])
    return CompiledTemplate(**{**fields, **lists, "warnings": warnings})


@dataclass(frozen=True, slots=True)
class Slotted:
    """A text in pieces: fixed[0] slots[0] fixed[1] slots[1] ... fixed[-1]."""

    fixed: tuple[str, ...]  # the same for everyone who gets the version; one more than there are slots
    # One person's, finished and escaped for where they stand, each in pieces that others may have, too.
    slots: tuple[tuple[str, ...], ...] = ()

    def __str__(self) -> str:
        texts = [""] * (len(self.fixed) + len(self.slots))
        texts[::2], texts[1::2] = self.fixed, map("".join, self.slots)
        return "".join(texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A finished mail to one address, every slot filled. Goes to SES and is kept as sent."""

    to: str
    sender: str  # the From address
    sender_name: str
    reply_to: str | None
    subject: str
    body: Slotted  # HTML
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)  # both List-Unsubscribe headers among them
    tags: Mapping[str, str] = field(default_factory=dict)  # name the send: message, batch, person
    configuration_set: str = ""

    @property
    def html(self) -> str:
        """The whole HTML."""
        return str(self.body)
