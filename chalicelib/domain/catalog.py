"""The poses a picture can be made in; their labels live here, never in a file name."""

from typing import Final

POSE_SET: Final = "nivi_v1"

LABELS: Final[dict[str, str]] = {
    "pose_01": "Front",
    "pose_02": "Three-quarter left",
    "pose_03": "Back, pallu hanging",
    "pose_04": "Three-quarter right",
    "pose_05": "Front, pallu spread",
    "pose_06": "Back, pallu spread",
    "pose_07": "Three-quarter, pallu spread",
    "pose_08": "Front, pallu over the forearm",
    "pose_09": "Three-quarter, pallu over the forearm",
    "pose_10": "Back three-quarter",
    "pose_11": "Front, pallu to the right hand",
    "pose_12": "Close view of the pleats",
}
