"""The kinds of array that the metrics pass among themselves."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.float32 | np.float64]
"""Numbers on the cells of the strip, or a list of them; which precision is each maker's matter."""
