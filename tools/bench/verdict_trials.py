"""What the verdicts are tried on: damages by degrees, and the reasons that name them."""

from dataclasses import dataclass

from chalicelib.imaging.image import Rgb8
from tools.bench.verdict_cloths import draped
from tools.bench.verdict_pictures import PAINTED
from tools.bench.verdict_scene import Scene

PANELS = ("body", "pallu")
BORDERS = ("border_top", "border_bottom")
EVERY = PANELS + BORDERS


@dataclass(frozen=True, slots=True)
class Graded:
    """
    One kind of damage.

    `seen_from` is the strength from which a person sees it side by side, at the pictures'
    own size; `codes` are the reasons that name it.
    """

    name: str
    strengths: tuple[float, ...]
    seen_from: float
    regions: tuple[str, ...]
    codes: tuple[str, ...]
    kept_back: bool = False

    def render(self, scene: Scene, region: str, strength: float) -> Rgb8:
        """Make the damaged picture."""
        if self.name in PAINTED:
            return PAINTED[self.name](scene, region, strength)
        return draped(scene, self.name, region, strength)


MOVED = ("pattern_drift", "pattern_scale", "pattern_rotation")
LOST = ("motif_lost", "texture_smeared")
FOREIGN = ("motif_lost", "color_shift", "texture_invented")
"""What another saree's part is: other motifs, other colors, or any on cloth that was plain."""

CHOSEN_ON = (
    Graded("tint", (2, 4, 8), 4, EVERY, ("color_shift",)),
    Graded("cool", (2, 4, 8), 4, EVERY, ("color_shift",)),
    Graded("darken", (2, 4, 8), 4, EVERY, ("color_shift",)),
    Graded("recolor", (5, 10, 20), 10, EVERY, ("color_shift",)),
    Graded("desaturate", (0.15, 0.3, 0.6), 0.3, EVERY, ("color_shift",)),
    Graded("gamma", (0.12, 0.25, 0.5), 0.25, EVERY, ("color_shift",)),
    Graded("tint_disc", (4, 8, 12), 8, PANELS, ("color_shift",)),
    Graded("rescale", (0.02, 0.05, 0.1, 0.15), 0.05, PANELS, ("pattern_scale",)),
    Graded("stretch_s", (0.03, 0.06, 0.12), 0.06, PANELS, ("pattern_scale",)),
    Graded("rotate", (1, 2, 5, 10), 2, PANELS, ("pattern_rotation",)),
    Graded("drift", (0.003, 0.01, 0.02), 0.01, PANELS, ("pattern_drift",)),
    Graded("wave", (0.004, 0.008, 0.012), 0.008, PANELS, (*MOVED, "motif_lost")),
    Graded("smear", (0.001, 0.002, 0.004), 0.002, EVERY, ("texture_smeared",)),
    Graded("blur_disc", (2, 4, 8), 4, PANELS, LOST),
    Graded("smooth_patch", (20, 30, 45), 30, PANELS, LOST),
    Graded("erase", (0.25, 0.5, 1), 0.5, PANELS, ("motif_lost",)),
    Graded("dreamt", (0.3, 0.6, 1), 0.6, PANELS, FOREIGN),
    Graded("ghost", (0.15, 0.3, 0.5), 0.3, PANELS, (*LOST, "texture_invented")),
    Graded("invent", (5, 10, 20), 10, PANELS, ("texture_invented",)),
    Graded("spots", (4, 8, 16), 8, PANELS, ("texture_invented",)),
    Graded("checkerboard", (2, 4, 8), 4, PANELS, ("texture_invented",)),
    Graded("color_noise", (2.5, 5, 10), 5, PANELS, ("texture_invented",)),
    Graded("compress", (60, 80, 90), 80, PANELS, ("texture_smeared", "texture_invented")),
    Graded("seam", (2, 4, 8), 4, PANELS, ("seam",)),
    Graded("curve_seam", (2, 4, 8), 4, PANELS, ("seam",)),
    Graded("line_seam", (2, 4, 8), 4, PANELS, ("seam",)),
    Graded("displace", (0.004, 0.008, 0.015), 0.008, BORDERS, ("border_distortion",)),
    Graded("bend", (0.004, 0.008, 0.015), 0.008, BORDERS, ("border_distortion",)),
    Graded("widen", (0.1, 0.2, 0.4), 0.2, BORDERS, ("border_distortion",)),
    Graded("thin", (0.1, 0.2, 0.4), 0.2, BORDERS, ("border_distortion",)),
    Graded("flip", (1,), 1, BORDERS, ("motif_lost", "border_distortion")),
    Graded("sever", (0.01, 0.02, 0.05), 0.02, BORDERS, ("border_broken",)),
    Graded("gap", (0.015, 0.03, 0.06), 0.03, BORDERS, ("border_broken",)),
    Graded("gild", (0.4, 0.8), 0.8, BORDERS, ("color_shift", "motif_lost")),
    Graded("saturate", (0.15, 0.3, 0.6), 0.3, EVERY, ("color_shift",)),
    Graded("expose", (0.15, 0.3, 0.6), 0.3, EVERY, ("color_shift",)),
    Graded("omit", (0.1, 0.25, 0.5), 0.25, PANELS, ("motif_lost",)),
    Graded("bloom", (4, 12, 36), 12, PANELS, ("texture_invented",)),
    Graded("exchange", (1,), 1, BORDERS, ("motif_lost", "border_distortion", "color_shift")),
    Graded("curtail", (0.02, 0.05), 0.05, ("pallu",), MOVED),
    Graded("overturn", (1,), 1, PANELS, ("motif_lost", "pattern_drift")),
    Graded("slip", (0.005, 0.01, 0.02), 0.01, PANELS, ("pattern_drift", "motif_lost")),
    Graded("drag", (0.004, 0.008, 0.016), 0.008, EVERY, ("texture_smeared",)),
    Graded("grain", (4, 8, 16), 8, EVERY, ("texture_invented",)),
    Graded("oversharpen", (1, 2, 4), 2, EVERY, ("texture_invented",)),
    Graded("letter", (8, 16, 32), 16, PANELS, ("texture_invented",)),
    Graded("blot", (4, 8, 16), 8, PANELS, ("color_shift",)),
)
"""What the limits were chosen on, with what does no harm."""

KEPT_BACK = (
    Graded("hue", (10, 20, 40), 20, EVERY, ("color_shift",), kept_back=True),
    Graded("shear", (1.5, 3, 6), 3, PANELS, MOVED, kept_back=True),
    Graded("stretch_t", (0.03, 0.06, 0.12), 0.06, PANELS, ("pattern_scale",), kept_back=True),
    Graded("posterize", (25, 50), 50, PANELS, FOREIGN, kept_back=True),
    Graded("moire", (2.5, 5, 10), 5, PANELS, ("texture_invented",), kept_back=True),
    Graded("hole", (12, 25, 40), 25, PANELS, ("color_shift", "motif_lost"), kept_back=True),
    Graded("advance", (0.02, 0.05), 0.05, ("pallu",), MOVED, kept_back=True),
    Graded("swap", (0.5, 1), 0.5, PANELS, FOREIGN, kept_back=True),
    Graded("swap", (0.5, 1), 0.5, BORDERS, ("motif_lost", "color_shift"), kept_back=True),
    Graded("vanish", (1,), 1, ("pallu",), ("motif_lost", "color_shift"), kept_back=True),
    Graded("vanish", (1,), 1, BORDERS, ("border_broken", "motif_lost"), kept_back=True),
    Graded("mirror", (1,), 1, ("pallu",), ("motif_lost", "pattern_drift"), kept_back=True),
    Graded("smeared_patch", (2, 4, 8), 4, PANELS, LOST, kept_back=True),
    Graded("moved_patch", (4, 8, 16), 8, PANELS, ("pattern_drift", *LOST), kept_back=True),
    Graded("painted_patch", (4, 8, 16), 16, PANELS, ("texture_invented", "motif_lost"), True),
    Graded("pixelate", (4, 6, 10), 6, PANELS, ("texture_smeared", "texture_invented"), True),
    Graded("paint", (5, 9, 15), 9, EVERY, LOST, kept_back=True),
    Graded("blush", (4, 8, 16), 8, EVERY, ("color_shift",), kept_back=True),
    Graded("swirl", (10, 20, 40), 20, PANELS, (*MOVED, "motif_lost"), kept_back=True),
    Graded("shuffle", (0.05, 0.1), 0.05, PANELS, (*MOVED, "motif_lost"), kept_back=True),
    Graded("fray", (0.01, 0.02, 0.03), 0.02, BORDERS, ("border_distortion",), kept_back=True),
)
"""What was not looked at when measures and limits were chosen."""

GRADED = CHOSEN_ON + KEPT_BACK
