"""Color differences as people see them."""

import numpy as np

from chalicelib.imaging.metrics.kinds import Plane

_F = np.float32

_TILE = 16384
"""Colors at a time: a dozen float32 temporaries of this length stay in a core's cache."""


def _cos(degrees: float) -> np.float32:
    return _F(np.cos(np.radians(degrees)))


def _sin(degrees: float) -> np.float32:
    return _F(np.sin(np.radians(degrees)))


# cos 2h = 2c^2 - 1, cos 3h = 4c^3 - 3c, cos 4h = 8c^4 - 8c^2 + 1,
# sin 3h = s (4c^2 - 1), sin 4h = s (8c^3 - 4c), with c = cos h and s = sin h.
_EVEN = (
    _F(1 - 0.24 - 0.20 * _cos(63)),
    _F(-0.17 * _cos(30) - 0.32 * 3 * _cos(6)),
    _F(0.24 * 2 + 0.20 * 8 * _cos(63)),
    _F(0.32 * 4 * _cos(6)),
    _F(-0.20 * 8 * _cos(63)),
)
_ODD = (
    _F(-0.17 * _sin(30) + 0.32 * _sin(6)),
    _F(0.20 * 4 * _sin(63)),
    _F(-0.32 * 4 * _sin(6)),
    _F(-0.20 * 8 * _sin(63)),
)


def ciede2000(first: Plane, second: Plane) -> Plane:
    """
    CIEDE2000 color difference, in float32.

    Parameters
    ----------
    first, second : ndarray of float32, shape (N, 3)
        CIE L*a*b* under D65.

    Returns
    -------
    ndarray of float32, shape (N,)
        Color difference; 1 is about the least that a person sees side by side.

    References
    ----------
    Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula: Implementation Notes,
    Supplementary Test Data, and Mathematical Observations", Color Research and Application
    30(1), 2005, equations 2 to 22.
    """
    result = np.empty(len(first), np.float32)
    for start in range(0, len(first), _TILE):
        tile = slice(start, start + _TILE)
        result[tile] = _ciede2000(first[tile].T.copy(), second[tile].T.copy())
    return result


def _ciede2000(first: Plane, second: Plane) -> Plane:
    (light1, a1, b1), (light2, a2, b2) = first, second
    stretch = _gray_stretch((_length(a1, b1) + _length(a2, b2)) * _F(0.5))
    a1, a2 = a1 * stretch, a2 * stretch
    chroma1, chroma2 = _length(a1, b1), _length(a2, b2)
    mean_chroma = (chroma1 + chroma2) * _F(0.5)
    cosine, sine = _mean_hue(a1, b1, a2, b2, chroma1, chroma2)
    light = (light2 - light1) / _lightness_scale(light1 + light2)
    chroma = (chroma2 - chroma1) / (1 + _F(0.045) * mean_chroma)
    hue = _hue_step(a1, b1, a2, b2, chroma1 * chroma2)
    hue /= 1 + _F(0.015) * mean_chroma * _hue_weight(cosine, sine)
    turn = _rotation(mean_chroma, cosine, sine)
    square = light * light + chroma * chroma + hue * hue + turn * chroma * hue
    difference: Plane = np.sqrt(square, out=square)
    return difference


def _length(a: Plane, b: Plane) -> Plane:
    """Five times as fast as `np.hypot`, whose guard against overflow no color needs."""
    square = a * a
    square += b * b
    length: Plane = np.sqrt(square, out=square)
    return length


def _gray_stretch(chroma: Plane) -> Plane:
    """1 + G of equation 4."""
    return _F(1.5) - _F(0.5) * _share_of_25(chroma)


def _share_of_25(chroma: Plane) -> Plane:
    cube = chroma * chroma
    cube *= chroma
    seventh = cube * cube
    seventh *= chroma
    seventh /= seventh + _F(25.0**7)
    share: Plane = np.sqrt(seventh, out=seventh)
    return share


def _hue_step(a1: Plane, b1: Plane, a2: Plane, b2: Plane, product: Plane) -> Plane:
    """Delta H' of equation 11, from the dot and the cross product of the two hues."""
    dot, cross = a1 * a2 + b1 * b2, a1 * b2 - a2 * b1
    # product - dot cancels where the hues are close: there it is cross^2 / (product + dot).
    both = np.abs(dot)
    both += product
    both += _F(1e-12)
    half = np.where(dot > 0, cross * cross / both, both)
    half += half
    step: Plane = np.copysign(np.sqrt(half, out=half), cross)
    return step


def _mean_hue(
    a1: Plane, b1: Plane, a2: Plane, b2: Plane, chroma1: Plane, chroma2: Plane
) -> tuple[Plane, Plane]:
    """Cosine and sine of the mean hue of equation 14: the sum of the two unit vectors."""
    across = a1 * chroma2 + a2 * chroma1
    along = b1 * chroma2 + b2 * chroma1
    length = _length(across, along)
    length += _F(1e-12)
    across /= length
    along /= length
    return across, along


def _lightness_scale(both: Plane) -> Plane:
    """S_L of equation 15, from the sum of two lightnesses."""
    away = both - _F(100)
    square = away * away
    scale: Plane = _F(0.0075) * square / np.sqrt(square + _F(80))
    scale += 1
    return scale


def _hue_weight(cosine: Plane, sine: Plane) -> Plane:
    """T of equation 15: its multiple angles written as powers of the cosine, by Horner."""
    weight = _polynomial(cosine, *_ODD)
    weight *= sine
    weight += _polynomial(cosine, *_EVEN)
    return weight


def _rotation(chroma: Plane, cosine: Plane, sine: Plane) -> Plane:
    """R_T of equation 21, which acts around the blue hue of 275 degrees."""
    away = 1 - cosine * _cos(275) - sine * _sin(275)
    bell = np.exp(_square_of_angle(away) * _F(-1 / np.radians(25) ** 2))
    turn: Plane = np.sin(bell * _F(np.radians(60))) * _share_of_25(chroma) * _F(-2)
    return turn


def _square_of_angle(away: Plane) -> Plane:
    """
    The square of an angle from 1 less its cosine, without the slow `arctan2`.

    The first terms of the series of the squared arcsine: right to 1e-4 up to 70 degrees, where
    the bell is over, and large enough beyond.
    """
    return _polynomial(
        away,
        *(0, 2, 4 * 2 / 4 / 6, 8 * 2 / 9 / 20, 16 * 2 / 16 / 70, 32 * 2 / 25 / 252),
        64 * 2 / 36 / 924,
    )


def _polynomial(value: Plane, *factors: float | np.float32) -> Plane:
    """Sum of the powers of a value, each by its factor, by Horner."""
    *lower, highest = factors
    total = value * _F(highest)
    for factor in reversed(lower[1:]):
        total += _F(factor)
        total *= value
    total += _F(lower[0])
    return total
