"""What a certificate says in people's words. Nothing here decides; it only tells."""

from collections.abc import Iterable, Mapping
from typing import Any

Json = Mapping[str, Any]
"""A part of `metrics.json`; its fields are in docs/reference/certificate.md."""

PARTS = {
    "body": "body",
    "pallu": "pallu",
    "border_top": "upper border",
    "border_bottom": "hem border",
}

REASONS = {
    "color_shift": "the color is off",
    "border_distortion": "the border is bent, moved, or of another width",
    "border_broken": "the border is interrupted",
    "pattern_scale": "the pattern is larger or smaller",
    "pattern_rotation": "the pattern is turned",
    "pattern_drift": "the pattern has slid on the cloth",
    "motif_lost": "motifs are missing or not yours",
    "texture_invented": "there is pattern where your saree has none",
    "texture_smeared": "the weave is smeared",
    "seam": "there is a seam",
}

MEASURES = {
    "ssim": "likeness of structure",
    "ssim_boundary": "likeness of structure along the edge",
    "delta_e": "color difference",
    "delta_e_p95": "color difference where it is worst",
    "pattern_score": "likeness of the pattern",
    "pattern_worst": "likeness of the pattern where it is worst",
    "border_continuity": "likeness along the border",
    "border_recognized": "share of the border that was found",
    "border_gap_m": "length without a border",
    "border_shift_m": "border out of place",
    "border_widening": "border of another width",
    "border_cut_m": "depth to which other cloth reaches into the border",
    "detail": "share of the difference that is fine detail",
    "pattern_scale": "pattern of another size",
    "pattern_turn": "pattern turned",
    "pattern_slide_m": "pattern slid",
    "motif_likeness": "likeness of the pattern wherever it went",
    "sharpness": "fine detail left",
    "sharpness_worst": "fine detail left where it is worst",
    "pattern_contrast": "pattern left",
    "pattern_kept": "pattern left where it is worst",
    "pattern_replaced": "share of the pattern that is another",
    "missing_patch": "pattern missing in one place",
    "seam": "step of color along a seam",
    "color_patch": "color difference in one place",
    "color_stain": "color difference in one place",
    "color_cast": "color difference of nearly all of it",
    "recoloring": "color difference of some colors",
    "added_texture": "pattern laid over it",
    "added_patch": "pattern laid over it in one place",
    "added_color": "color laid over it",
    "added_color_patch": "color laid over it in one place",
    "instead_texture": "something else in the pattern's stead",
    "instead_patch": "something else in the pattern's stead in one place",
    "instead_color": "color without its fine detail",
    "instead_color_patch": "color without its fine detail in one place",
}
"""What each measure that a limit is on tells."""

_IN_UNITS = {
    "pattern_scale": (100, " %"),
    "border_widening": (100, " %"),
    "pattern_turn": (1, "°"),
} | dict.fromkeys(
    ("border_gap_m", "border_shift_m", "border_cut_m", "pattern_slide_m"), (1000, " mm")
)

STATUSES = {"passed": "passed", "failed": "failed", "not_visible": "hardly shown"}

SCOPE = (
    "Each picture was taken back to the cloth, point by point, and compared with the strip that "
    "was laid flat from your photo. That is what these numbers prove: the picture against the "
    "strip.",
    "They do not measure how well the strip was read off your photo. What of the strip some "
    "photo shows, and what was continued from it in its own pattern, is marked below: of cloth "
    "that no photo shows, nothing can be proved.",
    "The color is that of your photo. A photo with false colors gives pictures with the same "
    "false colors. The reverse side, and cloth that lies under sheer cloth, are not measured.",
)


def reason_in_words(code: str) -> str:
    """Say what a reason means; one that has no words of its own is told by its name."""
    return REASONS.get(code, code.replace("_", " "))


def excess_in_words(reason: Json) -> str:
    """Say by how much a limit was broken; a measure without words is told by its name."""
    metric, measured, limit = str(reason["metric"]), reason["measured"], reason["limit"]
    factor, unit = _IN_UNITS.get(metric, (1, ""))
    within = "at most" if measured > limit else "at least"
    name = MEASURES.get(metric, metric.replace("_", " "))
    return f"{name} {factor * measured:.3g}{unit}, {within} {factor * limit:g}{unit}"


def headline(certificate: Json) -> str:
    """Say what the generation came to."""
    poses = certificate["poses"]
    failed = [str(pose["label"]) for pose in poses if pose["status"] != "published"]
    if not failed:
        return f"All {len(poses)} pictures show your saree as it was read from your photo."
    if len(failed) == len(poses):
        return "No picture was faithful enough to be published."
    return f"{len(poses) - len(failed)} of {len(poses)} pictures show your saree; not: " + (
        ", ".join(failed) + "."
    )


def findings(certificate: Json) -> list[str]:
    """Say, part by part, what the numbers mean, at their worst over the published pictures."""
    shown = [pose for pose in certificate["poses"] if pose["status"] == "published"]
    verdicts = [each for pose in shown for each in pose["attempts"][-1]["verdicts"]]
    seen = certificate["seen"]
    told = [
        _border(_passed(verdicts, ("border_top", "border_bottom")), seen),
        _cloth("pallu", _passed(verdicts, ("pallu",)), seen),
        _cloth("body", _passed(verdicts, ("body",)), seen),
    ]
    failures = [_failure(pose) for pose in certificate["poses"] if pose["status"] != "published"]
    if failures:
        told = [f"In what was published, t{sentence[1:]}" for sentence in told if sentence]
    return [sentence for sentence in told if sentence] + failures


def attempts_in_words(pose: Json) -> list[str]:
    """Tell how often a pose was tried, and what was wrong each time."""
    told = []
    for attempt in pose["attempts"]:
        failed = [each for each in attempt["verdicts"] if each["status"] == "failed"]
        wrong = "; ".join(f"{PARTS[each['region']]}: {_reasons(each)}" for each in failed)
        told.append(f"Attempt {attempt['attempt']}: {wrong or 'every part that shows passed'}.")
    return told


def in_view(attempt: Json) -> str:
    """Tell how much of the cloth in a picture is in the photo, too."""
    shown = {each["region"]: float(each["coverage"]) for each in attempt["verdicts"]}
    known = {part: seen for part, seen in attempt["seen"].items() if seen is not None}
    whole = sum(shown.get(part, 0.0) for part in known)
    if not whole:
        return "None of the cloth in view is in your photo."
    seen = sum(shown.get(part, 0.0) * of_it for part, of_it in known.items()) / whole
    return f"Of the cloth in view, {share(seen)} is in your photo."


def share(value: float) -> str:
    """Tell a share in percent; a little is never nothing, and almost all is never all."""
    percent = round(100 * value)
    if 0 < value < 0.01:
        return "under 1 %"
    if value < 1 and percent == 100:
        return "over 99 %"
    return f"{percent} %"


def _passed(verdicts: Iterable[Json], regions: tuple[str, ...]) -> list[Json]:
    return [each for each in verdicts if each["region"] in regions and each["status"] == "passed"]


def _border(verdicts: list[Json], seen: Mapping[str, float]) -> str:
    if not verdicts:
        return ""
    continuity = min(_numbers(verdicts, "border_continuity"), default=None)
    told = "" if continuity is None else f"continuity {continuity:.2f} of 1, "
    return (
        f"The border on the model is your border: {told}{_difference(verdicts)}. "
        f"Of the upper border, {share(seen['border_top'])} is in your photo, "
        f"of the hem border {share(seen['border_bottom'])}."
    )


def _cloth(part: str, verdicts: list[Json], seen: Mapping[str, float]) -> str:
    if not verdicts:
        return ""
    alike = min(_numbers(verdicts, "pattern_score"), default=None)
    told = "" if alike is None else f"pattern {alike:.2f} of 1 alike, "
    return (
        f"The {part} on the model is your {part}: {told}{_difference(verdicts)}. "
        f"Of the {part}, {share(seen[part])} is in your photo."
    )


def _difference(verdicts: list[Json]) -> str:
    difference = max(_numbers(verdicts, "delta_e"), default=0.0)
    unseen = " (below 1, people see none)" if difference < 1 else ""
    return f"color difference {difference:.1f}{unseen}"


def _numbers(verdicts: list[Json], metric: str) -> list[float]:
    return [float(each[metric]) for each in verdicts if each[metric] is not None]


def _failure(pose: Json) -> str:
    failed = [each for each in pose["attempts"][-1]["verdicts"] if each["status"] == "failed"]
    wrong = "; ".join(f"{PARTS[each['region']]}: {_reasons(each)}" for each in failed)
    count = len(pose["attempts"])
    return f"{pose['label']} was not published after {count} attempts: {wrong}."


def _reasons(verdict: Json) -> str:
    codes = dict.fromkeys(str(each["code"]) for each in verdict["reasons"])
    return ", ".join(reason_in_words(code) for code in codes)
