"""
What a person wears below the shoulders, apart from skin, hair and everything around.

The face says where the body is.  Colors of the skirt that occur neither beside the figure nor on
the head are the garment; place and the person's own skin color settle the rest.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from chalicelib.imaging.image import Mask, Matte, Rgb8
from chalicelib.imaging.isolating.figure import Face, find_face
from chalicelib.imaging.isolating.palette import Palette
from chalicelib.imaging.isolating.regions import holes
from chalicelib.imaging.resizing import shrink

_SIDE = 256

_FACES_TALL = 14
"""Heights of a face, brow to chin, from the brow to just below the feet."""


_BODY = 1.3
"""Widths of the face from the middle within which a skirt is sure to be."""

_ARMS_REACH = 5.0
"""Widths of the face from the middle beyond which there is no skin."""

_GAP = np.ones((9, 9), np.uint8)
"""A hole is one even where its rim has a gap of this size."""

_NARROW = 2.75
"""Widths of the face; one leg of trousers, or bare legs, stay below."""

_LEGS = 4.2
"""The same for two legs of like width."""

_SKIN_FOR_SURE = 0.5
_BARE_LEGS = 0.3
"""Share of the skirt that is skin's color, from which it is legs rather than gold thread."""

_LIKE_SKIN = (0.05, 0.3)
"""Share of the skirt that is skin's color, from where color is doubted, and ignored."""

_THIGHS = 7.3
"""Heights of a face below the brow; a photo that ends above shows nothing of how a skirt falls."""

_ONE_CLOTH = 0.53
"""Share of colors that chest and skirt have in common in a saree, whatever its blouse."""

_CERTAIN = 9.0


@dataclass(frozen=True, slots=True)
class Body:
    """Where each pixel lies in a body, in widths and heights of its face."""

    across: NDArray[np.float32]
    down: NDArray[np.float32]

    @classmethod
    def of(cls, shape: tuple[int, int], face: Face) -> "Body":
        """The body below `face`, for every pixel of a picture of `shape`."""
        row, column = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
        # The picture's edge is a better measure of a whole figure than the small face.
        whole = (shape[0] - face.top) / _FACES_TALL
        height = whole if face.height < 1.6 * whole else face.height
        center = face.left + face.width / 2
        return cls(np.abs(column - center) * 1.3 / height, (row - face.top) / height)

    @property
    def skirt(self) -> Mask:
        """Below the hips, where a saree is sure to be."""
        return (self.across < _BODY) & (self.down > 4.2) & (self.down < 10.5)

    @property
    def chest(self) -> Mask:
        """Between the collarbones and the waist, where the pallu crosses."""
        return (self.across < 1.6) & (self.down > 1.4) & (self.down < 3.4)

    @property
    def legs(self) -> Mask:
        """From below the hanging hands to above the ankles, left and right of the skirt too."""
        return (self.down > 7.3) & (self.down < 11.5)

    @property
    def head(self) -> Mask:
        """Face and hair."""
        return (self.across < 1.2) & (self.down > -0.4) & (self.down < 1.0)

    @property
    def outside(self) -> Mask:
        """Farther out than a body reaches, if not its pallu."""
        far = (self.across > 4.5) | (self.down < -0.3)
        return far if far.mean() > 0.1 else (self.across > 4) | (self.down < -0.3)

    @property
    def beside_head(self) -> Mask:
        """Left and right of the head, where only the background is."""
        return (self.across > 2.5) & (self.across < 6) & (self.down < 0.8)


@dataclass(frozen=True, slots=True, eq=False)
class Wearer:
    """A person in a photo, and the colors around."""

    body: Body
    palette: Palette
    skin: Matte
    score: float
    """
    How sure it is that there is a person who wears something of a color of its own.

    About 0 for what only looks like a face within a cloth, above 0.6 for persons.
    """

    @classmethod
    def found_in(cls, view: Rgb8) -> "Wearer | None":
        """
        Look for a person by the face.

        Parameters
        ----------
        view : ndarray of uint8, shape (H, W, 3)
            sRGB, upright.

        Returns
        -------
        Wearer or None
            None where nothing looks like a face; what does may score low.
        """
        face = find_face(view)
        if face is None:
            return None
        small = shrink(view, _SIDE)
        return cls.of(small, face.scaled(small.shape[0] / view.shape[0]))

    @classmethod
    def of(cls, small: Rgb8, face: Face) -> "Wearer":
        """
        The person whose face was found.

        Parameters
        ----------
        small : ndarray of uint8, shape (h, w, 3)
            sRGB.
        face : Face
            In pixels of `small`.

        Returns
        -------
        Wearer
            With a score that may well be low.
        """
        body = Body.of((small.shape[0], small.shape[1]), face)
        palette = Palette.of(small, 24, 5.0, 0.004)
        skirt = palette.share(body.skirt)
        beside = np.minimum(skirt, palette.share(body.beside_head)).sum()
        around = np.minimum(skirt, palette.share(body.across > 4.5)).sum()
        score = float(face.score - 3 * beside - 0.5 * around)
        return cls(body, palette, own_skin(small, body), score)

    def log_odds(self) -> NDArray[np.float32]:
        """
        Log odds that a place shows the garment.

        Returns
        -------
        ndarray of float32, shape (h, w)
            Above 0 where the garment is more likely than not.
        """
        body, palette = self.body, self.palette
        around = body.outside | body.beside_head
        odds = 0.9 * np.clip(palette.lift(body.skirt, around), -3, 3)
        odds += 0.5 * np.clip(palette.lift(body.skirt, body.head), -3, 3)
        odds -= 3.5 * self.skin + 1
        odds -= 0.35 * np.maximum(body.across - 2.5, 0)
        odds[body.down < 1] -= 4
        odds[body.skirt] += 1
        odds = cv2.GaussianBlur(odds, (0, 0), 1.2)
        # Once skin has been taken for cloth, a color model finds more of it.
        odds[self.skin > _SKIN_FOR_SURE] = -_CERTAIN
        return np.asarray(odds, dtype=np.float32)

    def wears_one_cloth(self) -> bool:
        """Whether the skirt's colors come back on the chest, as those of a saree's pallu do."""
        covered = self.skin < _SKIN_FOR_SURE
        chest = self.palette.share(self.body.chest & covered)
        skirt = self.palette.share(self.body.skirt & covered)
        return float(np.minimum(chest, skirt).sum()) > _ONE_CLOTH

    def wears_skirt(self, garment: Mask) -> bool:
        """
        Whether the garment is wide and whole between knee and ankle, as a saree is.

        Parameters
        ----------
        garment : ndarray of bool, shape (h, w)
            The garment.

        Returns
        -------
        bool
            False where the photo ends above the thighs: a portrait shows no skirt.  True where
            it ends between them and the knees, and nothing is known.
        """
        down, across = self.body.down[:, 0], self.body.across[0]
        rows = garment[(down > 8) & (down < 11)]
        if not len(rows):
            return bool(down[-1] >= _THIGHS)
        runs = [sorted(map(len, row.tobytes().split(b"\0")), reverse=True) for row in rows]
        width = float(np.median([sum(row) for row in runs]) * np.abs(np.diff(across)).max())
        legs = np.mean([len(row) > 1 and row[1] > 0.55 * max(row[0], 1) for row in runs])
        return width > (_LEGS if legs > 0.4 else _NARROW)

    def without_false_holes(self, garment: Mask) -> Mask:
        """
        Fill the holes that show neither background nor skin: a motif of other colors.

        Parameters
        ----------
        garment : ndarray of bool, shape (h, w)
            The garment.

        Returns
        -------
        ndarray of bool, shape (h, w)
            A copy.
        """
        filled = garment.copy()
        around = self.palette.share(self.body.outside & ~garment)
        closed = cv2.morphologyEx(garment.astype(np.uint8), cv2.MORPH_CLOSE, _GAP) > 0
        for hole in holes(closed):
            background = np.minimum(self.palette.share(hole), around).sum()
            if background < 0.4 and self.skin[hole].mean() < 0.3:
                filled |= (cv2.dilate(hole.astype(np.uint8), _GAP) > 0) & (closed | hole)
        return filled


def own_skin(small: Rgb8, body: Body) -> Matte:
    """
    How near each color is to the person's own skin.

    Parameters
    ----------
    small : ndarray of uint8, shape (h, w, 3)
        sRGB.
    body : Body
        Where the body is in it.

    Returns
    -------
    ndarray of float32, shape (h, w)
        0..1.
    """
    ycc = cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    cheeks = (body.across < 0.35) & (body.down > 0.35) & (body.down < 0.85)
    if not cheeks.any():
        return np.zeros(small.shape[:2], dtype=np.float32)
    _, red, blue = np.median(ycc[cheeks], axis=0)
    squared = ((ycc[..., 1] - red) / 7) ** 2 + ((ycc[..., 2] - blue) / 7) ** 2
    likeness = np.exp(-squared / 2) * (ycc[..., 0] > 45) * (body.across < _ARMS_REACH)
    # Skin is whole; gold thread that has its color is broken up by the weave.
    return _credible(cv2.medianBlur(likeness.astype(np.float32), 5), body)


def _credible(skin: NDArray[np.floating], body: Body) -> Matte:
    """Skin's color taken for skin only as far as the garment does not have it, too."""
    shown = float(skin[body.legs & (body.across < _BODY)].mean()) if body.legs.any() else 0.0
    skin = np.where(body.legs & (shown < _BARE_LEGS), 0, skin)
    worn = float(skin[body.skirt].mean()) if body.skirt.any() else 0.0
    trust = 1.0 if shown >= _BARE_LEGS else float(np.interp(worn, _LIKE_SKIN, (1, 0)))
    return np.asarray(trust * skin, dtype=np.float32)
