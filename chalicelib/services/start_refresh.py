"""Use case: see to it that all customers are derived anew where the rules are others than they were derived by."""

from chalicelib.ports import App
from chalicelib.services.load_basis import load_basis
from chalicelib.services.scan_runs import begin_run

JOB = "refresh"


def start_refresh(app: App) -> bool:
    """Begin the job `refresh` if the basis of derived fields has changed; whether it was begun.

    Whoever changes the basis calls it, so that the change shows soon; the tick calls it, so that it shows at all.
    """
    return begin_run(app, JOB, load_basis(app).fingerprint)
