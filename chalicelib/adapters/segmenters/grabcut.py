"""The segmenter that needs no model file: graph cuts on color, texture and place."""

from chalicelib.imaging.image import Rgb8
from chalicelib.imaging.isolating.segmentation import Segmentation, segment


class GrabCutSegmenter:
    """Tells cloth from its surroundings by what the photo itself shows."""

    name = "grabcut"
    version = "1"

    def segment(self, photo: Rgb8) -> Segmentation:
        """Find the cloth's matte, at the photo's own size."""
        return segment(photo)
