"""A border with its teeth: cut out of a strip, and laid over the body again."""

from dataclasses import dataclass

import numpy as np

from chalicelib.imaging.extracting.field import Field
from chalicelib.imaging.extracting.teeth import beside, standing, teeth_m


@dataclass(frozen=True, slots=True)
class Edge:
    """A border at the top or bottom of a strip: its rows, and how many more its teeth reach."""

    top: bool
    width: int
    teeth: int

    @classmethod
    def of(cls, strip: Field, columns: slice, width: int, *, top: bool) -> "Edge":
        """Measure the teeth of a border in the columns that show it beside the body."""
        near = slice(0, beside(width, strip.ppm))
        turned = _outer_first(strip, top=top)
        pixels, shown = turned.pixels[near, columns], turned.whole[near, columns]
        reach = teeth_m(pixels, shown, width / strip.ppm, strip.ppm) if shown.any() else 0.0
        return cls(top, width, round(reach * strip.ppm))

    @property
    def name(self) -> str:
        """The part's name."""
        return "border_top" if self.top else "border_bottom"

    @property
    def own(self) -> slice:
        """The rows of the border itself in what `cut` gives."""
        return slice(0, self.width) if self.top else slice(self.teeth, self.teeth + self.width)

    def cut(self, strip: Field) -> Field:
        """A copy of the border and of what its teeth reach into."""
        height, rows = strip.pixels.shape[0], self.width + self.teeth
        at = slice(0, rows) if self.top else slice(height - rows, height)
        return Field(
            strip.pixels[at].copy(), strip.known[at].copy(), strip.whole[at].copy(), strip.ppm
        )

    def lay(self, border: Field, strip: Field, end: int, *, toothed: bool) -> None:
        """Put the border back, and up to column `end` its teeth before the body, in place."""
        height = strip.pixels.shape[0]
        rows = slice(0, self.width) if self.top else slice(height - self.width, height)
        strip.pixels[rows] = border.pixels[self.own]
        strip.known[rows] = border.known[self.own]
        strip.whole[rows] = border.whole[self.own]
        if self.teeth and toothed:
            self._lay_teeth(border, strip, slice(0, end))

    def _lay_teeth(self, border: Field, strip: Field, columns: slice) -> None:
        rows = slice(self.width, self.width + self.teeth)
        body, edge = _outer_first(strip, top=self.top), _outer_first(border, top=self.top)
        beyond = body.pixels[rows.stop : beside(self.width, strip.ppm), columns]
        near = np.concatenate([edge.pixels[:, columns], beyond])
        share = standing(near, self.width / strip.ppm, self.teeth, strip.ppm)
        old, new = body.pixels[rows, columns], edge.pixels[rows, columns]
        mixed = old + share[..., None] * (new.astype(np.float32) - old)
        body.pixels[rows, columns] = np.rint(mixed).astype(np.uint8)
        seen = np.where(share > 0.5, edge.known[rows, columns], body.known[rows, columns])
        body.known[rows, columns] = seen


def _outer_first(field: Field, *, top: bool) -> Field:
    """The selvedge at row 0: views."""
    if top:
        return field
    return Field(field.pixels[::-1], field.known[::-1], field.whole[::-1], field.ppm)
