import numpy as np

from chalicelib.imaging.placement import FabricLayer, PlacementMap


def layer(index: list[int], coverage: list[float]) -> FabricLayer:
    zeros = np.zeros(len(index), np.float32)
    return FabricLayer(
        index=np.array(index, np.int32),
        s=zeros,
        t=zeros,
        coverage=np.array(coverage, np.float32),
        light=zeros,
        sheen=zeros,
        reverse=np.zeros(len(index), np.bool_),
        footprint=np.zeros((len(index), 2, 2), np.float32),
    )


def test_coverage_is_the_sum_over_layers() -> None:
    placement = PlacementMap(
        height=2,
        width=2,
        layers=(layer([0, 3], [1, 0.5]), layer([3], [0.25])),
        plate=np.zeros((2, 2, 3), np.uint8),
        length_m=5.5,
        width_m=1.15,
    )

    coverage = placement.coverage()

    assert coverage.tolist() == [[1, 0], [0, 0.75]]
