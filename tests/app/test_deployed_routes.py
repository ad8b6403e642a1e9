"""What `app` registers is what the OpenAPI document describes."""

import subprocess
import sys

import app
from chalicelib.web.openapi import OPERATIONS


def test_every_operation_is_deployed_and_no_other_route() -> None:
    deployed = {(method, path) for path, methods in app.app.routes.items() for method in methods}

    assert deployed == {(each.method, each.path) for each in OPERATIONS}


def test_importing_the_app_loads_no_pixels() -> None:
    program = (
        "import sys, app;"
        "heavy = {'numpy', 'cv2', 'skimage', 'scipy', 'boto3'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )

    ended = subprocess.run([sys.executable, "-c", program], stderr=subprocess.PIPE, check=False)

    assert ended.returncode == 0, ended.stderr.decode()
