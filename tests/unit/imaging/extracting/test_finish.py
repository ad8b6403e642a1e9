from chalicelib.domain.saree import Fabric
from chalicelib.imaging.extracting.finish import FINISHES


def test_every_fabric_that_can_be_named_has_a_finish_and_the_other_way_round() -> None:
    assert set(FINISHES) == {str(fabric) for fabric in Fabric}


def test_sheer_fabrics_let_more_through_than_dense_ones() -> None:
    assert FINISHES["chiffon"].sheer > FINISHES["georgette"].sheer > FINISHES["silk"].sheer == 0


def test_satin_shines_most_and_cotton_least() -> None:
    by_sheen = sorted(FINISHES, key=lambda fabric: FINISHES[fabric].sheen)

    assert (by_sheen[0], by_sheen[-1]) == ("cotton", "satin")
