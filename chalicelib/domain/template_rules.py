"""Every rule by which a template is judged: its id, and whether it stops a launch, warns, or is a hint only."""

from collections.abc import Mapping
from typing import Literal

Severity = Literal["stops", "warning", "hint"]

# docs/lint.md has a heading for each.
RULES: Mapping[str, Severity] = {
    "subject": "stops",
    "unsubscribe": "stops",
    "postal-address": "stops",
    "link": "stops",
    "size": "warning",
    "may-be-missing": "warning",
    "lost": "warning",
    "attribute": "warning",
    "picture-alt": "warning",
    "picture-size": "warning",
    "pictures-only": "warning",
    "contrast": "warning",
    "foreign-picture": "warning",
    "foreign-tag": "warning",
    "outlook-padding": "warning",
    "outlook-background": "warning",
    "outlook-button": "warning",
    "greeting": "warning",
    "claim": "warning",
    "css-support": "hint",
    "dark-mode": "hint",
    "dark-logo": "hint",
    "link-text": "hint",
    "spam-words": "hint",
}
REFUSES_LAUNCH = frozenset(rule for rule, severity in RULES.items() if severity == "stops")
