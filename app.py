"""What is deployed: the routes, the function behind each queue, and the schedule."""

from chalice.app import Chalice, CloudWatchEvent, Rate, SQSEvent

from chalicelib.bootstrap import pallu
from chalicelib.web.conduct import conduct
from chalicelib.web.health import health
from chalicelib.web.jobs import jobs
from chalicelib.web.openapi import openapi
from chalicelib.web.sarees import sarees
from chalicelib.web.uploads import uploads
from chalicelib.web.verifications import verifications

app = Chalice(app_name="pallu")
conduct(app, allowed_origin="*")


for surface in (uploads, sarees, jobs, verifications, health):
    app.register_blueprint(surface(lambda: pallu().services))
app.register_blueprint(openapi())


# One record per batch: Chalice cannot tell Lambda which records of a batch failed.


@app.on_sqs_message(queue="pallu-ingest", batch_size=1)
def ingest(event: SQSEvent) -> None:
    """Take in what arrived under `incoming/`."""
    for record in event:
        pallu().ingest(record.body)


@app.on_sqs_message(queue="pallu-isolate", batch_size=1)
def isolate(event: SQSEvent) -> None:
    """Cut the saree out of its photo."""
    for record in event:
        pallu().prepare(record.body)


@app.on_sqs_message(queue="pallu-flatten", batch_size=1)
def flatten(event: SQSEvent) -> None:
    """Lay the cutout flat."""
    for record in event:
        pallu().prepare(record.body)


@app.on_sqs_message(queue="pallu-extract", batch_size=1)
def extract(event: SQSEvent) -> None:
    """Find the parts, and continue the strip to its whole length."""
    for record in event:
        pallu().prepare(record.body)


@app.on_sqs_message(queue="pallu-compose", batch_size=1)
def compose(event: SQSEvent) -> None:
    """Put the saree on one pose."""
    for record in event:
        pallu().compose(record.body)


@app.on_sqs_message(queue="pallu-validate", batch_size=1)
def validate(event: SQSEvent) -> None:
    """Measure one picture; the last one decides the attempt."""
    for record in event:
        pallu().validate(record.body)


@app.on_sqs_message(queue="pallu-retry", batch_size=1)
def retry(event: SQSEvent) -> None:
    """Send failed poses back to `compose`, with constraints."""
    for record in event:
        pallu().retry(record.body)


@app.on_sqs_message(queue="pallu-verify", batch_size=1)
def verify(event: SQSEvent) -> None:
    """Make one stage or pose again, and compare; the last check concludes."""
    for record in event:
        pallu().verify(record.body)


@app.on_sqs_message(queue="pallu-dead-letters", batch_size=1)
def dead_letters(event: SQSEvent) -> None:
    """End what failed too often."""
    for record in event:
        pallu().bury(record.body)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def sweep(event: CloudWatchEvent) -> None:  # noqa: ARG001
    """Set going what stands still."""
    pallu().sweep()
