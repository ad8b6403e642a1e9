"""The kinds of array that pass between imaging functions."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Rgb8: TypeAlias = NDArray[np.uint8]
"""Shape (H, W, 3), sRGB, 0..255, upright."""

Rgba8: TypeAlias = NDArray[np.uint8]
"""Shape (H, W, 4), sRGB with straight (not premultiplied) coverage, 0..255."""

Mask: TypeAlias = NDArray[np.bool_]
"""Shape (H, W)."""

Matte: TypeAlias = NDArray[np.float32]
"""Shape (H, W), coverage of the foreground, 0..1."""

LinearRgb: TypeAlias = NDArray[np.float32]
"""Shape (H, W, 3), linear light in the sRGB primaries, 0..1 and above for highlights."""

Lab: TypeAlias = NDArray[np.float32]
"""Shape (H, W, 3), CIE L*a*b* under D65: L 0..100, a and b unbounded."""
