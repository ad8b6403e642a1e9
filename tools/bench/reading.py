"""Measure the reading of cloth on real photos: the outline first, then the strip."""

import sys
from pathlib import Path

from tools.bench import reading_isolate, reading_strip

_OUT = Path("out") / "bench-reading"


def main() -> int:
    """Print both benches; overlays and strips go to `out/bench-reading`."""
    outlines = reading_isolate.main(["--out", str(_OUT / "outlines")])
    print()
    strips = reading_strip.main(["--isolate", "--out", str(_OUT / "strips")])
    return max(outlines, strips)


if __name__ == "__main__":
    sys.exit(main())
