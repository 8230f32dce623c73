"""Which function of the service runs on which trigger: the HTTP routes and the twelve event functions, one line each.

The queue names and stream ARNs below are only names for Chalice: `infra/resources.yaml` puts the real
addresses over them and adds what the decorators cannot say (retries, dead-letter queues, filters).
"""

from typing import Any

from chalice.app import Chalice

from chalicelib.web.api import api
from chalicelib.web.console import console
from chalicelib.web.public import public
from chalicelib.workers.announce import announce_products as run_announce_products
from chalicelib.workers.events import read_events as run_read_events
from chalicelib.workers.feedback import feedback as run_feedback
from chalicelib.workers.imports import import_part as run_import_part
from chalicelib.workers.imports import start_import as run_start_import
from chalicelib.workers.plan import plan as run_plan
from chalicelib.workers.scans import scan_part as run_scan_part
from chalicelib.workers.send import send_marketing as run_send_marketing
from chalicelib.workers.send import send_transactional as run_send_transactional
from chalicelib.workers.statistics import refresh_statistics as run_refresh_statistics
from chalicelib.workers.templates import take_template as run_take_template
from chalicelib.workers.tick import tick as run_tick

Answer = dict[str, Any] | None

ORDERS_STREAM = "arn:aws:dynamodb:eu-west-1:000000000000:table/Orders/stream/placeholder"
PRODUCTS_STREAM = "arn:aws:dynamodb:eu-west-1:000000000000:table/Products/stream/placeholder"
UPLOADED = {"source": ["aws.s3"], "detail-type": ["Object Created"]}

app = Chalice(app_name="habitue")
app.register_blueprint(api)
app.register_blueprint(public)
app.register_blueprint(console)


@app.schedule("rate(1 minute)")
def tick(event: Any) -> Answer:
    """Start what is due: yearly dates, batches whose time has come, work that shows no progress."""
    return run_tick(event.to_dict())


@app.on_sqs_message(queue="PlanQueue", batch_size=1)
def plan(event: Any) -> Answer:
    """Turn one part of an audience into batches."""
    return run_plan(event.to_dict())


@app.on_sqs_message(queue="MarketingQueue", batch_size=1)
def send_marketing(event: Any) -> Answer:
    """Send the batch of marketing mail that the message names."""
    return run_send_marketing(event.to_dict())


@app.on_sqs_message(queue="TransactionalQueue", batch_size=1)
def send_transactional(event: Any) -> Answer:
    """Send the batch of transactional mail that the message names."""
    return run_send_transactional(event.to_dict())


@app.on_sqs_message(queue="FeedbackQueue", batch_size=10)
def feedback(event: Any) -> Answer:
    """Record bounces, complaints, rejects and delays as SES reports them."""
    return run_feedback(event.to_dict())


@app.on_cw_event(UPLOADED)
def read_events(event: Any) -> Answer:
    """Read one file of sends, deliveries and opens that Firehose wrote to the bucket."""
    return run_read_events(event.to_dict())


@app.on_dynamodb_record(stream_arn=ORDERS_STREAM, batch_size=100, starting_position="TRIM_HORIZON")
def refresh_statistics(event: Any) -> Answer:
    """Recompute the statistics of every customer whose orders changed."""
    return run_refresh_statistics(event.to_dict())


@app.on_dynamodb_record(stream_arn=PRODUCTS_STREAM, batch_size=100, starting_position="TRIM_HORIZON")
def announce_products(event: Any) -> Answer:
    """Start the new-product mail for every product that was just added."""
    return run_announce_products(event.to_dict())


@app.on_cw_event(UPLOADED)
def start_import(event: Any) -> Answer:
    """Begin the import of a CSV file that was just uploaded."""
    return run_start_import(event.to_dict())


@app.on_cw_event(UPLOADED)
def take_template(event: Any) -> Answer:
    """Make a draft of a template that was dropped into the bucket, and leave a report beside it."""
    return run_take_template(event.to_dict())


@app.on_sqs_message(queue="ImportQueue", batch_size=1)
def import_part(event: Any) -> Answer:
    """Store one part of an import."""
    return run_import_part(event.to_dict())


@app.on_sqs_message(queue="ScanQueue", batch_size=1)
def scan_part(event: Any) -> Answer:
    """Go on with one part of some work over all customers."""
    return run_scan_part(event.to_dict())
