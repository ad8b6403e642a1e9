"""
Turns the template that Chalice packages into one that runs container images.

OpenCV, NumPy, SciPy and scikit-image do not fit into the 250 MB of a zip, and Chalice
packages nothing else. One image serves all functions; each names its own handler in it.
"""

from collections.abc import Mapping
from typing import Any

Template = dict[str, Any]

_ZIP_ONLY = ("Runtime", "Handler", "CodeUri", "Layers")
_FUNCTION = "AWS::Serverless::Function"


def with_images(template: Template) -> Template:
    """Return the template with every function run from the image of parameter `ImageUri`."""
    queues = {
        declared["Properties"]["QueueName"]: name
        for name, declared in template["Resources"].items()
        if declared.get("Type") == "AWS::SQS::Queue"
    }
    parameters = {
        **template.get("Parameters", {}),
        "ImageUri": {
            "Type": "String",
            "Description": "The image in ECR that holds app.py and chalicelib.",
        },
    }
    resources = {
        name: _imaged(declared, queues) if declared.get("Type") == _FUNCTION else declared
        for name, declared in template["Resources"].items()
    }
    return {**template, "Parameters": parameters, "Resources": resources}


def _imaged(function: Template, queues: Mapping[str, str]) -> Template:
    properties = function["Properties"]
    kept = {name: value for name, value in properties.items() if name not in _ZIP_ONLY}
    kept["PackageType"] = "Image"
    kept["ImageUri"] = {"Ref": "ImageUri"}
    kept["ImageConfig"] = {"Command": [properties["Handler"]]}
    variables = properties.get("Environment", {}).get("Variables", {})
    kept["Environment"] = {"Variables": {**variables, "PALLU_BUCKET": {"Ref": "BucketName"}}}
    kept["Events"] = {
        name: _bound(event, queues) for name, event in properties.get("Events", {}).items()
    }
    return {**function, "Properties": kept}


def _bound(event: Template, queues: Mapping[str, str]) -> Template:
    """Name the queue by reference, so that CloudFormation makes it before what polls it."""
    if event["Type"] != "SQS":
        return event
    arn = event["Properties"]["Queue"]
    text = arn["Fn::Sub"] if isinstance(arn, dict) else arn
    logical = queues[text.rpartition(":")[2]]
    properties = {**event["Properties"], "Queue": {"Fn::GetAtt": [logical, "Arn"]}}
    return {**event, "Properties": properties}
