"""What differs between deployments, read once from the environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self, TypeVar

from chalicelib.errors import SettingsError

T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """What differs between deployments."""

    bucket: str = "pallu"
    """Name of the bucket that holds everything."""

    max_upload_bytes: int = 20_000_000
    """Photos with more bytes than this are refused."""

    max_upload_megapixels: float = 50.0
    """Photos with more pixels than this are refused, before decoding."""

    min_upload_side_pixels: int = 256
    """Photos with a shorter side than this are refused."""

    link_lifetime_seconds: int = 3600
    """How long a signed download link works."""

    upload_lifetime_seconds: int = 900
    """How long a signed upload form works."""

    stand_still_seconds: int = 1800
    """A job or upload without news for this long is set going again by the sweep."""

    give_up_seconds: int = 21_600
    """A job that has not ended after this long is ended as failed."""

    composer: str = "drape"
    """The adapter that makes the pictures: `drape` or `simulated`."""

    composer_faults: str = ""
    """What the `simulated` composer gets wrong, as `fault=rate,fault=rate`."""

    segmenter: str = "grabcut"
    """The way to tell cloth from floor: `grabcut` or `onnx`."""

    segmenter_model: str = ""
    """What the `onnx` segmenter runs: the path of an ONNX model, or `store:` and a key."""

    generation_seed: int = 0
    """What every generation's seeds are derived from."""

    log_level: str = "INFO"
    """The least level of the log lines that are written."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings, or raise `SettingsError` naming the variable at fault."""
        known = {variable(name): name for name in cls.__dataclass_fields__}
        for name in environ:
            if name.startswith("PALLU_") and name not in known:
                raise SettingsError(f"{name} is not a setting")
        return cls(
            **{
                field: _read(environ, name, type(getattr(cls, field)))
                for name, field in known.items()
                if name in environ
            }
        )


def variable(field: str) -> str:
    """Name the environment variable of a setting."""
    return f"PALLU_{field.upper()}"


def _read(environ: Mapping[str, str], name: str, kind: Callable[[str], T]) -> T:
    try:
        return kind(environ[name])
    except ValueError as error:
        wanted = getattr(kind, "__name__", "value")
        raise SettingsError(f"{name} is {environ[name]!r}, which is not a {wanted}") from error
