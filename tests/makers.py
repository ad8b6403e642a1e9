"""Small true things for tests."""

from functools import cache
from io import BytesIO

import numpy as np
from PIL import Image


@cache
def a_jpeg(width: int = 320, height: int = 256, seed: int = 0) -> bytes:
    """Make a small photo: smooth colors and a little grain, as a camera would give."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    shade = np.stack([rows / height, columns / width, 1 - rows / height], -1) * 200
    grain = random.normal(0, 4, (height, width, 3))
    pixels = np.clip(shade + grain + 20, 0, 255).astype(np.uint8)
    target = BytesIO()
    Image.fromarray(pixels).save(target, "JPEG", quality=90)
    return target.getvalue()
