"""The minute's work."""

from typing import Any

from chalicelib.services.run_tick import run_tick
from chalicelib.wiring import get_app


def tick(event: dict[str, Any]) -> dict[str, Any]:
    """Start what is due; how much was queued."""
    return {"queued": run_tick(get_app())}
