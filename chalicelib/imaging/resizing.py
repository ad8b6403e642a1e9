"""Pictures made smaller."""

import cv2
import numpy as np

from chalicelib.imaging.image import Rgb8


def shrink(picture: Rgb8, side: int) -> Rgb8:
    """
    Make the longer side at most `side` pixels; a smaller picture is left as it is.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 3)
        sRGB.
    side : int
        Pixels.

    Returns
    -------
    ndarray of uint8, shape (h, w, 3)
        sRGB, area-averaged, of the same proportions to half a pixel.
    """
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return picture
    height, width = picture.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
