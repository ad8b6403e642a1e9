"""Metrics as log lines in CloudWatch's embedded format."""

from collections.abc import Mapping

from aws_lambda_powertools.metrics import MetricUnit, single_metric

_NAMESPACE = "Pallu"


class EmfMeter:
    """Prints each measurement as one line that CloudWatch turns into a metric."""

    def time(self, name: str, milliseconds: float, dimensions: Mapping[str, str]) -> None:
        """Record how long something took."""
        with single_metric(
            name=f"{name}_duration",
            unit=MetricUnit.Milliseconds,
            value=milliseconds,
            namespace=_NAMESPACE,
        ) as metric:
            for dimension, value in dimensions.items():
                metric.add_dimension(name=dimension, value=value)
