"""What the estimate is held against is read as it was published, and none of it is used to make the estimate."""

import pandas as pd
import pytest

from needs.data import demand as told
from needs.data import validation
from needs.data.geography import Regions
from needs.data.inputs import Inputs
from needs.data.snapshot import Evidence
from needs.errors import DataError
from needs.params.load import load

SOUTH_EAST = "South East (South East Coast + South Central)"


def opened(edition: str, region: str = "london", root=None) -> Inputs:
    return Inputs(load(edition, region, root), Evidence.open(edition, root), Regions.open(edition, root))


@pytest.fixture(scope="module", params=["2009-10", "2023-24"])
def inputs(request):
    return opened(request.param)


def test_the_nine_cells_are_the_published_ones_in_either_edition(inputs):
    cells, known = validation.published_cells(inputs)
    assert dict(zip(cells["cell"], cells["count"], strict=True)) == {
        "North East": 56, "Yorkshire and the Humber": 115, "North West": 164, "East Midlands": 95, "West Midlands": 88,
        "East of England": 107, "London": 316, SOUTH_EAST: 198, "South West": 101,
    }  # fmt: skip
    assert known.kind == "derived"
    assert {source.partition("#")[0] for source in known.sources} == {
        "2009-10/population_census2011_sha", "2009-10/deprivation_imd_sha", "2009-10/prison_transfers",
    }  # fmt: skip


def test_a_cell_of_two_regions_adds_their_adults_and_weighs_their_shares():
    inputs = opened("2009-10")
    cell = validation.published_cells(inputs)[0].set_index("cell").loc[SOUTH_EAST]
    adults, _ = inputs.adults()
    two = adults[["south-east-coast", "south-central"]]
    assert cell["adults"] == two.sum()
    areas, _ = told.places(inputs)
    for name in ("tenth", "fifth"):
        assert cell[name] == pytest.approx((areas[name][two.index] * two).sum() / two.sum())
    london = validation.published_cells(inputs)[0].set_index("cell").loc["London"]
    assert (london["adults"], london["tenth"]) == (adults["london"], pytest.approx(areas["tenth"]["london"]))


def test_counts_of_use_are_published_for_every_area(inputs):
    uses = list(validation.counts_of_use(inputs))
    totals = {label: count.sum() for label, _, count, _ in uses}
    if inputs.parameters.edition == "2009-10":
        assert totals == {"Prison transfers to hospital, 2008-09": pytest.approx(1240)}
    else:
        assert list(totals) == ["Severe mental illness register", "Mental Health Act detentions"]
        assert totals["Severe mental illness register"] == pytest.approx(527_556)
    for _, note, count, known in uses:
        assert note
        members = [area for cell in count.index for area in cell.split("+")]
        assert sorted(members) == sorted(area.slug for area in inputs.areas)
        assert known.sources[0].startswith(f"{inputs.parameters.edition}/")


def test_regions_that_were_published_together_stay_one_cell():
    """198 transfers of South East Coast and South Central: to split them would be to invent a count."""
    ((_, _, count, _),) = validation.counts_of_use(opened("2009-10"))
    assert len(count) == 9
    assert count["south-east-coast+south-central"] == 198
    assert count["london"] == 316
    assert sum("+" in cell for cell in count.index) == 1


def test_no_cell_of_2023_24_holds_two_regions():
    for _, _, count, _ in validation.counts_of_use(opened("2023-24")):
        assert len(count) == 7
        assert not any("+" in cell for cell in count.index)


def test_counts_of_use_of_a_footprint_are_those_of_its_region():
    """A count by region says nothing of a footprint, so that it is shown for the region."""
    region, footprint = opened("2023-24", "midlands"), opened("2023-24", "reach-out").by_region()
    for (label, _, whole, known), (same, _, parts, as_known) in zip(
        validation.counts_of_use(region), validation.counts_of_use(footprint), strict=True
    ):
        assert label == same
        pd.testing.assert_series_equal(parts, whole)
        assert as_known == known


def test_published_shares_are_those_of_london_in_2009_10():
    shares = validation.published_shares(opened("2009-10"))
    assert [(region, share.value) for region, _, share in shares] == [
        ("london", 0.3114), ("london", 0.3082), ("london", 0.2932), ("london", 0.1914)
    ]  # fmt: skip
    assert "programme budget" in shares[-1][1]
    assert validation.published_shares(opened("2023-24")) == []


def test_published_counts_name_the_boards_of_the_evidence_table(root):
    found = validation.published_counts(opened("2023-24"))
    inputs = opened("2023-24")
    slugs = {board.slug: board for board in inputs.boards()}
    assert [(figure[3].value, len(figure[2])) for figure in found][:2] == [(350, 6), (550, 6)]
    assert all(set(figure[2]) <= slugs.keys() and figure[1] == ("medium", "low") for figure in found)
    assert {slugs[slug].region for slug in found[1][2]} == {"midlands"}
    file = root / "params/2023-24/footprints.yaml"
    file.write_text("reach-out: {name: Reach Out, icbs: [E54000062]}\n", encoding="utf-8")
    assert validation.published_counts(opened("2023-24", root=root)) == found
    assert validation.published_counts(opened("2009-10")) == []


def test_a_collaborative_without_boards_is_refused(root):
    path = root / "params/2023-24/_edition.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("- footprint: Reach Out (West Midlands)", "- footprint: Reach Out (Midlands)"))
    with pytest.raises(DataError, match=r"no board of the table footprints belongs to 'Reach Out \(Midlands\)'"):
        validation.published_counts(opened("2023-24", root=root))
