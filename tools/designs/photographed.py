"""A saree read from a photo, by the stages that the service runs."""

from pathlib import Path

from chalicelib.adapters.flatteners.rectify import RectifyingFlattener
from chalicelib.adapters.segmenters.grabcut import GrabCutSegmenter
from chalicelib.imaging.cloth import Cloth
from chalicelib.imaging.decoding.codec import decode, inspect
from chalicelib.imaging.decoding.gates import Limits
from chalicelib.imaging.strip import FabricSize
from chalicelib.stages.extract import extract
from chalicelib.stages.flatten import flatten
from chalicelib.stages.isolate import isolate


def photographed(path: Path) -> Cloth:
    """
    Isolate, flatten and extract the saree in a photo.

    Raises
    ------
    InvalidInputError
        The photo shows no saree that can be read.
    """
    body = path.read_bytes()
    isolated = isolate(decode(body, Limits()), GrabCutSegmenter())
    wanted = FabricSize(
        focal_35mm=inspect(body, Limits()).focal_35mm,
        kind=isolated.reading.kind,
        floor_lines=isolated.reading.floor_lines,
    )
    flattened = flatten(isolated.cutout, wanted, RectifyingFlattener(), seed=0)
    return extract(flattened.strip, flattened.facts, wanted)
