"""The SES stand-in: a local HTTP service that answers, limits, fails and publishes events as SES v2 does."""

from chalicelib.local.ses.mail import Mail
from chalicelib.local.ses.publishing import AwsPublisher, EventDestination
from chalicelib.local.ses.server import SesStandIn

__all__ = ["AwsPublisher", "EventDestination", "Mail", "SesStandIn"]
