import json
from datetime import UTC, datetime

from chalicelib.adapters.flatteners.rectify import RectifyingFlattener
from chalicelib.adapters.segmenters.grabcut import GrabCutSegmenter
from chalicelib.domain.stage import Stage
from chalicelib.imaging.decoding.codec import Limits, encode_png
from chalicelib.imaging.isolating.kind import PhotoReading
from chalicelib.service import documents
from chalicelib.service.recipes import recipes
from chalicelib.service.sarees import SareeRecord
from tests.unit.imaging.spreads import LENGTH_M, WIDTH_M, a_shot, tiles_around


def test_flatten_goes_by_the_floor_that_isolate_saw() -> None:
    shot = a_shot()
    record = SareeRecord(
        "saree", "0" * 64, "jpg", "image/jpeg", 900, 1200, 1,
        None, LENGTH_M, WIDTH_M, None, datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    work = recipes(GrabCutSegmenter(), RectifyingFlattener(), Limits())[Stage.FLATTEN].work

    sure = []
    for lines in ((), tiles_around(shot)):
        reading = PhotoReading("flat_spread", 0.9, 0.9, 0.5, (), lines)
        files = {"cutout.png": encode_png(shot.cutout), "reading.json": documents.dump(reading)}
        facts = json.loads(work(files, record)["strip.json"])
        sure.append(facts["confidence"]["geometry"])

    assert sure[1] > 2 * sure[0]
