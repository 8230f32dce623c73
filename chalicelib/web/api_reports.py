"""The analyses over HTTP."""

from chalicelib.services.show_report import show_report
from chalicelib.services.show_reputation import DAYS, show_reputation
from chalicelib.web.bodies import query_text, query_whole
from chalicelib.web.routing import request, v1
from chalicelib.web.schemas import Json
from chalicelib.wiring import get_app

_MOST_DAYS = 366


@v1("GET", "/reports/stages")
def read_stages() -> Json:
    """How many customers stand on each stage of the ladder."""
    return _show("stages")


@v1("GET", "/reports/rfm")
def read_rfm() -> Json:
    """How many buyers each RFM class has."""
    return _show("rfm")


@v1("GET", "/reports/abcxyz")
def read_abcxyz() -> Json:
    """How many buyers each class of volume and regularity has."""
    return _show("abcxyz")


@v1("GET", "/reports/ltv")
def read_ltv() -> Json:
    """The lifetime value and its factors."""
    return _show("ltv")


@v1("GET", "/reports/retention")
def read_retention() -> Json:
    """The customer retention rate by month and by cohort."""
    return _show("retention")


@v1("GET", "/reports/reputation")
def read_reputation() -> Json:
    """Bounces and complaints of the latest launches, against the limits."""
    days = query_whole(request(), "days", DAYS, _MOST_DAYS)
    return show_reputation(get_app(), days)


def _show(name: str) -> Json:
    return show_report(get_app(), name, query_text(request(), "segment"))
