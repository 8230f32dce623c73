"""Which files are the templates and partials that ship with the service, and what their names say."""

from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from re import compile as regex
from typing import Any

import yaml

from chalicelib.email.author_source import AuthorSource

# Beside app.py, in the repository as in the zip, where the content of `vendor/` lands at the root.
PACKAGED = Path(__file__).parents[2] / "templates"
_TEMPLATE = regex(r"([a-z0-9-]+)\.([a-z]{2}(?:-[A-Z]{2})?)\.mjml")


class Library:
    """The folder `email` below a folder of templates. Implements `ports.Library`.

    `email/<name>.<locale>.mjml` is a template, `email/partials/*.mjml` can be included in any template.
    """

    def __init__(self, folder: Path = PACKAGED) -> None:
        self._folder = folder / "email"

    def sources(self) -> Mapping[tuple[str, str], str]:
        """The MJML source of each shipped template with its partials in place, by name and locale."""
        named = ((_TEMPLATE.fullmatch(path.name), path) for path in sorted(self._folder.glob("*.mjml")))
        return {(match[1], match[2]): self._expanded(path) for match, path in named if match}

    def _expanded(self, path: Path) -> str:
        return AuthorSource(path.read_text(encoding="utf-8"), self.partials).text

    def flows(self) -> Mapping[str, Mapping[str, Any]]:
        """The fields of each shipped playbook, by name."""
        paths = sorted((self._folder.parent / "flows").glob("*.yaml"))
        return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths}

    @cached_property
    def fingerprint(self) -> str:
        """Changes with anything that ships."""
        shipped = [sorted(self.sources().items()), sorted(self.partials.items()), sorted(self.flows().items())]
        return sha256(repr(shipped).encode()).hexdigest()

    @cached_property
    def partials(self) -> Mapping[str, str]:
        """What `{% include %}` may name: "partials/footer.en.mjml" -> its source."""
        paths = sorted((self._folder / "partials").glob("*.mjml"))
        return {f"partials/{path.name}": path.read_text(encoding="utf-8") for path in paths}
