"""One picture that shows a whole job: the photo, the strip with its parts, the poses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps

_WIDTH = 2400
_MARGIN = 40
_PHOTO_HEIGHT = 620
_STRIP_HEIGHT = 400
_COLUMNS = 4
_INK, _PALE, _GOOD, _BAD = "#222222", "#777777", "#1b7f3b", "#b3261e"
_STATUS_COLORS = {"passed": _INK, "failed": _BAD}
_PART_COLORS = {
    "body": "#3f7fd9",
    "pallu": "#d9483f",
    "border_top": "#e0a100",
    "border_bottom": "#2fa36b",
}
_ROW_HEIGHT = 34


@dataclass(frozen=True, slots=True)
class PosePicture:
    """One pose of the sheet."""

    title: str
    passed: bool
    picture: bytes | None
    verdicts: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that goes on the sheet; what a job did not get to is left out."""

    title: str
    photo: bytes
    strip: bytes | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    poses: Sequence[PosePicture] = ()

    def drawn(self) -> bytes:
        """Draw the sheet as a PNG."""
        photo = ImageOps.exif_transpose(Image.open(BytesIO(self.photo))).convert("RGB")
        photo.thumbnail((800, _PHOTO_HEIGHT))
        column = (_WIDTH - _MARGIN * (_COLUMNS + 1)) // _COLUMNS
        pose_height = column * 4 // 3
        table_height = _ROW_HEIGHT * (2 + max((len(p.verdicts) for p in self.poses), default=0))
        rows = -(-len(self.poses) // _COLUMNS)
        top = _MARGIN * 3 + 60 + _PHOTO_HEIGHT
        height = top + rows * (pose_height + table_height + _MARGIN) + _MARGIN
        canvas = Image.new("RGB", (_WIDTH, height), "white")
        pen = ImageDraw.Draw(canvas)
        pen.text((_MARGIN, _MARGIN), self.title, _INK, _font(44))
        canvas.paste(photo, (_MARGIN, _MARGIN * 2 + 60))
        self._draw_strip(canvas, _MARGIN * 2 + photo.width, _MARGIN * 2 + 60)
        for number, pose in enumerate(self.poses):
            left = _MARGIN + (number % _COLUMNS) * (column + _MARGIN)
            row_top = top + (number // _COLUMNS) * (pose_height + table_height + _MARGIN)
            _draw_pose(canvas, pose, (left, row_top, column, pose_height))
        drawn = BytesIO()
        canvas.save(drawn, "PNG", compress_level=4)
        return drawn.getvalue()

    def _draw_strip(self, canvas: Image.Image, left: int, top: int) -> None:
        pen = ImageDraw.Draw(canvas)
        if self.strip is None:
            pen.text((left, top), "no strip was made", _PALE, _font(28))
            return
        strip = Image.open(BytesIO(self.strip)).convert("RGB")
        scale = min((_WIDTH - _MARGIN - left) / strip.width, _STRIP_HEIGHT / strip.height)
        size = round(strip.width * scale), round(strip.height * scale)
        strip = strip.resize(size, reducing_gap=3)
        canvas.paste(strip, (left, top))
        if self.parts:
            below = self._mark_parts(pen, (left, top, strip.width, strip.height))
            for number, line in enumerate(_facts(self.parts)):
                pen.text((left, below + number * 30), line, _INK, _font(22))

    def _mark_parts(self, pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> int:
        """Outline the four parts on the strip, write their names under it; return the end."""
        left, top, width, height = box
        across = height / float(self.parts["width_m"])
        upper = top + float(self.parts["border_top_m"]) * across
        lower = top + height - float(self.parts["border_bottom_m"]) * across
        along = width / float(self.parts["length_m"])
        pallu = left + width - float(self.parts["pallu_m"]) * along
        right = left + width - 1
        outlines = {
            "body": (left, upper, pallu - 2, lower),
            "pallu": (pallu + 2, upper, right, lower),
            "border_top": (left, top, right, upper - 2),
            "border_bottom": (left, lower + 2, right, top + height - 1),
        }
        name_left = left
        for name, outline in outlines.items():
            if outline[2] > outline[0] and outline[3] > outline[1]:
                pen.rectangle(outline, outline=_PART_COLORS[name], width=3)
            pen.rectangle(
                (name_left, top + height + 18, name_left + 22, top + height + 40),
                fill=_PART_COLORS[name],
            )
            pen.text(
                (name_left + 32, top + height + 14), _extent(self.parts, name), _INK, _font(22)
            )
            name_left += 340
        return top + height + 60


def _draw_pose(canvas: Image.Image, pose: PosePicture, box: tuple[int, int, int, int]) -> None:
    left, top, width, height = box
    pen = ImageDraw.Draw(canvas)
    if pose.picture is None:
        pen.rectangle((left, top, left + width, top + height), outline=_PALE)
        pen.text((left + 20, top + 20), "no picture", _PALE, _font(28))
    else:
        picture = Image.open(BytesIO(pose.picture)).convert("RGB")
        canvas.paste(picture.resize((width, height), reducing_gap=3), (left, top))
    below = top + height + 8
    mark = "passed" if pose.passed else "failed"
    pen.text((left, below), f"{pose.title} · {mark}", _GOOD if pose.passed else _BAD, _font(26))
    for number, verdict in enumerate(pose.verdicts, start=1):
        line_top = below + number * _ROW_HEIGHT
        color = _STATUS_COLORS.get(str(verdict["status"]), _PALE)
        pen.text((left, line_top), str(verdict["region"]), color, _font(22))
        pen.text((left + 170, line_top + 3), _measured(verdict), color, _font(18))


def _measured(verdict: Mapping[str, Any]) -> str:
    if verdict["status"] == "not_visible":
        return "not visible"
    told = []
    for name, short in (
        ("ssim", "ssim"),
        ("delta_e", "dE"),
        ("pattern_score", "pattern"),
        ("border_continuity", "border"),
    ):
        if verdict.get(name) is not None:
            told.append(f"{short} {verdict[name]:.2f}")
    return "  ".join(told)


def _extent(parts: Mapping[str, Any], name: str) -> str:
    if name == "body":
        return f"body {parts['length_m'] - parts['pallu_m']:.2f} m"
    return f"{name} {parts[f'{name}_m']:.3f} m"


def _facts(parts: Mapping[str, Any]) -> list[str]:
    size = f"{parts['length_m']:.2f} x {parts['width_m']:.2f} m"
    seen = f"{parts['seen_share']:.0%} of the strip seen in the photo, the rest continued"
    colors = "colors " + " ".join(parts["colors"])
    return [f"{size} · {seen} · {colors}", *parts["assumptions"]][:6]


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)
