"""What `.chalice/` declares of the cloud, with its references resolved for this machine."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ACCOUNT = "123456789012"
"""The account of the embedded cloud, which is moto's."""

Json = Any
"""What `json.loads` gives: the shape of a template is CloudFormation's, not ours."""

_MERGED_BY_CHALICE = {"RestAPI"}
"""Resources that Chalice itself makes and the template only adds to."""

_KNOWN_TYPES = {
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
}


class UnknownDeclarationError(Exception):
    """The declaration holds something that this emulator cannot stand in for."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """The declared resources: type → logical name → properties, every reference resolved."""

    region: str
    resources: Mapping[str, Mapping[str, Mapping[str, Json]]]
    gateway_responses: Mapping[str, Json] = field(default_factory=dict)

    def of(self, kind: str) -> Mapping[str, Mapping[str, Json]]:
        """The resources of one CloudFormation type by their logical names."""
        return self.resources.get(kind, {})


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What Lambda is told of one function."""

    timeout_seconds: int
    memory_megabytes: int


@dataclass(frozen=True, slots=True)
class Functions:
    """Settings of every function of one Chalice stage."""

    environment: Mapping[str, str]
    default: FunctionSettings
    named: Mapping[str, FunctionSettings]

    def of(self, name: str) -> FunctionSettings:
        """The settings of one function."""
        return self.named.get(name, self.default)


def read_cloud(
    path: Path, region: str, parameters: Mapping[str, str], account: str = ACCOUNT
) -> Cloud:
    """
    Read `resources.json` as CloudFormation would, for one account and region.

    `parameters` replace the defaults that the template declares.
    Raises `UnknownDeclarationError` for a resource type or function that is not understood.
    """
    template = json.loads(path.read_text(encoding="utf-8"))
    scope = _Scope.of(template, region, account, parameters)
    resources: dict[str, dict[str, Mapping[str, Json]]] = {}
    for name, declared in template["Resources"].items():
        if name in _MERGED_BY_CHALICE:
            continue
        kind = declared.get("Type")
        if kind not in _KNOWN_TYPES:
            raise UnknownDeclarationError(f"{path.name}: {name} is of unknown type {kind}")
        resources.setdefault(kind, {})[name] = scope.resolve(declared["Properties"])
    api = template["Resources"].get("RestAPI", {}).get("Properties", {})
    return Cloud(region, resources, api.get("GatewayResponses", {}))


def read_functions(path: Path, stage: str = "dev") -> Functions:
    """Read the settings of every function from Chalice's `config.json`."""
    declared = json.loads(path.read_text(encoding="utf-8"))["stages"][stage]
    default = FunctionSettings(
        declared.get("lambda_timeout", 60), declared.get("lambda_memory_size", 128)
    )
    named = {
        name: FunctionSettings(
            own.get("lambda_timeout", default.timeout_seconds),
            own.get("lambda_memory_size", default.memory_megabytes),
        )
        for name, own in declared.get("lambda_functions", {}).items()
    }
    return Functions(declared.get("environment_variables", {}), default, named)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What `Ref`, `Fn::GetAtt` and `Fn::Sub` may name."""

    names: Mapping[str, str]
    attributes: Mapping[str, str]

    @classmethod
    def of(
        cls, template: Json, region: str, account: str, parameters: Mapping[str, str]
    ) -> "_Scope":
        names = {"AWS::Region": region, "AWS::AccountId": account, "AWS::Partition": "aws"}
        for name, declared in template.get("Parameters", {}).items():
            names[name] = parameters.get(name, declared.get("Default"))
        attributes = {}
        own = cls(names, {})
        for name, declared in template["Resources"].items():
            properties = declared.get("Properties", {})
            if declared.get("Type") == "AWS::SQS::Queue":
                names[name] = own.resolve(properties["QueueName"])
                attributes[f"{name}.Arn"] = f"arn:aws:sqs:{region}:{account}:{names[name]}"
            elif declared.get("Type") == "AWS::S3::Bucket":
                names[name] = own.resolve(properties["BucketName"])
                attributes[f"{name}.Arn"] = f"arn:aws:s3:::{names[name]}"
        return cls(names, attributes)

    def resolve(self, value: Json) -> Json:
        match value:
            case {"Ref": name}:
                return self._name(name)
            case {"Fn::GetAtt": [name, attribute]}:
                return self._attribute(f"{name}.{attribute}")
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^}]+)\}", lambda found: self._name(found[1]), text)
            case dict():
                if any(key.startswith("Fn::") for key in value):
                    raise UnknownDeclarationError(f"unknown function in {value}")
                return {key: self.resolve(entry) for key, entry in value.items()}
            case list():
                return [self.resolve(entry) for entry in value]
        return value

    def _name(self, name: str) -> str:
        if name in self.attributes:
            return self.attributes[name]
        if name not in self.names:
            raise UnknownDeclarationError(f"nothing is called {name}")
        return self.names[name]

    def _attribute(self, name: str) -> str:
        if name not in self.attributes:
            raise UnknownDeclarationError(f"nothing has the attribute {name}")
        return self.attributes[name]
