import io
import json
import logging

from chalicelib import logs


def test_a_log_line_is_one_object_that_begins_with_its_event() -> None:
    stream = io.StringIO()
    logs.configure("INFO", stream)

    logging.getLogger("chalicelib.x").info("stage.finished", extra={"job": "j", "fresh": True})

    line = stream.getvalue()
    assert line.count("\n") == 1
    assert line.startswith('{"event":"stage.finished"')
    assert {"job": "j", "fresh": True}.items() <= json.loads(line).items()
