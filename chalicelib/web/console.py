"""All of the console: importing this module puts every page on its Blueprint."""

from chalicelib.web import console_overview, console_previews, console_reputation, console_templates
from chalicelib.web.console_routing import console

__all__ = ["console"]

PARTS = (console_overview, console_templates, console_previews, console_reputation)
