"""Residents are those of the edition, whole and by group."""

import pytest

from needs.data.inputs import Inputs
from needs.data.residents import ETHNIC_GROUPS, most_deprived, residents
from needs.params.load import load


@pytest.mark.parametrize(
    ("edition", "region"), [("2023-24", "london"), ("2009-10", "london"), ("2023-24", "reach-out")]
)
def test_every_grouping_adds_up_to_the_adults(edition, region):
    inputs = Inputs.open(load(edition, region).canonical_json())
    people, known = residents(inputs)
    adults, _ = inputs.adults()
    for _, part in people.groupby("group_of"):
        assert part["people"].sum() == pytest.approx(adults[inputs.region.slug])
    assert set(people.loc[people["group_of"] == "ethnicity", "group"]) == set(ETHNIC_GROUPS)
    assert any("ethnic" in source for source in known.sources)
    tenth, fifth, _ = most_deprived(inputs)
    assert 0 < tenth < fifth < 1


def test_without_counts_of_ethnic_groups_there_are_none():
    told = load("2023-24", "london")
    bare = told.model_copy(update={"demand": told.demand.model_copy(update={"ethnicity": {}})})
    people, _ = residents(Inputs.open(bare.canonical_json()))
    assert set(people["group_of"]) == {"sex"}
