"""Functions that do what their message says, and leave a mark in the store for each thing."""

import json
import os
import time
from typing import Any

import boto3
from chalice.app import Chalice, CloudWatchEvent, Rate, Request, SQSEvent

app = Chalice(app_name="small")
app.api.binary_types.append("image/*")
app.api.binary_types.append("image/png")


def request() -> Request:
    assert app.current_request is not None
    return app.current_request


@app.route("/echo/{word}")
def echo(word: str) -> dict[str, Any]:
    time.sleep(0.01)
    return {"word": word, "asked": request().to_dict()["query_params"]["word"]}


@app.route("/size", methods=["POST"], content_types=["image/png", "multipart/form-data"])
def size() -> dict[str, Any]:
    body = request().raw_body
    return {"bytes": len(body), "last": body[-1]}


@app.on_sqs_message(queue="small-work", batch_size=1)
def work(event: SQSEvent) -> None:
    for record in event:
        receives = int(record.to_dict()["attributes"]["ApproximateReceiveCount"])
        asked = json.loads(record.body)
        mark(f"seen/{asked['name']}/{receives}")
        if receives <= asked.get("times", 0):
            misbehave(asked["do"])
        mark(f"done/{asked['name']}")


@app.on_sqs_message(queue="small-dead", batch_size=1)
def bury(event: SQSEvent) -> None:
    for record in event:
        mark(f"dead/{json.loads(record.body)['name']}")


@app.schedule(Rate(1, unit=Rate.HOURS))
def tick(event: CloudWatchEvent) -> None:
    del event
    mark("ticked")


def misbehave(how: str) -> None:
    match how:
        case "raise":
            raise RuntimeError("as asked")
        case "crash":
            os._exit(3)
        case "hang":
            time.sleep(60)
        case "dawdle":
            time.sleep(0.7)


def mark(key: str) -> None:
    boto3.client("s3").put_object(Bucket="small", Key=key, Body=key.encode())
