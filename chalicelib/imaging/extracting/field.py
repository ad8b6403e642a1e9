"""A band of the strip while it is filled, and the pieces that it is filled with."""

from dataclasses import dataclass

import numpy as np

from chalicelib.imaging.extracting.keeping import kept
from chalicelib.imaging.image import Mask, Rgb8
from chalicelib.imaging.pattern.texture import extended, extended_down


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A piece to continue from, which of it was read off a photo, and where it stands."""

    pixels: Rgb8
    read: Mask
    row: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """
    A band of the strip while it is filled: views that are written in place.

    `teeth` is how many of its first and of its last rows the teeth of borders reach into.
    """

    pixels: Rgb8
    known: Mask
    whole: Mask
    ppm: float
    teeth: tuple[int, int] = (0, 0)

    @property
    def inner(self) -> slice:
        """The rows that no tooth reaches into."""
        return slice(self.teeth[0], self.pixels.shape[0] - self.teeth[1])

    def toothless(self) -> "Field":
        """The inner rows alone."""
        rows = self.inner
        return Field(self.pixels[rows], self.known[rows], self.whole[rows], self.ppm)

    def fill(self, end: int, band: Band, periods_m: tuple[float | None, float | None]) -> None:
        """Fill the columns up to `end` by continuing a band from where it stands."""
        height, width = band.pixels.shape[:2]
        below = self.pixels.shape[0] - band.row - height
        tall, rows = extended_down(band.pixels, band.row, below, self.ppm, periods_m[0])
        beyond = end - band.column - width
        filled, columns = extended(tall, band.column, beyond, self.ppm, periods_m[1])
        self.pixels[:, :end], self.whole[:, :end] = filled, True
        own = np.zeros((self.known.shape[0], end), np.bool_)
        inner = slice(rows.start - band.row, rows.stop - band.row)
        outer = slice(columns.start - band.column, columns.stop - band.column)
        own[rows, columns] = band.read[inner, outer]
        self.known[:, :end] = own


@dataclass(frozen=True, slots=True, eq=False)
class Good:
    """What was seen from column `start` on, its folds taken out, and where that is good."""

    pixels: Rgb8
    good: Mask
    read: Mask
    start: int

    def put_back(self, field: Field) -> None:
        """Lay it over what continues it, at its own place."""
        own = slice(self.start, self.start + self.good.shape[1])
        field.pixels[:, own], seen = kept(field.pixels[:, own], self.pixels, self.good, field.ppm)
        field.known[:, own] |= seen & self.read


def longest_run(good: Mask) -> tuple[int, int]:
    """First and end index of the longest run of true values, (0, 0) where there is none."""
    padded = np.concatenate([[False], good, [False]]).astype(np.int8)
    starts = np.flatnonzero(np.diff(padded) == 1)
    stops = np.flatnonzero(np.diff(padded) == -1)
    if not len(starts):
        return 0, 0
    longest = int(np.argmax(stops - starts))
    return int(starts[longest]), int(stops[longest])
