"""A region is the same by any of its names, in any case, and a join keeps every region."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needs.data.geography import Region, Regions, find_region
from needs.data.snapshot import Evidence
from needs.errors import DataError, ParamsError
from needs.project import EDITIONS

EVERY = {edition: Regions.open(edition) for edition in EDITIONS}
ALL = [region for regions in EVERY.values() for region in regions]
NAMES = [
    (name, region)
    for region in ALL
    for name in (
        region.slug,
        region.name,
        *(code for code, slug in EVERY[region.edition].codes.items() if slug == region.slug),
    )
]


@given(st.sampled_from(NAMES), st.lists(st.booleans(), min_size=30, max_size=30), st.sampled_from(["", " ", "\t"]))
def test_any_name_in_any_case_is_the_region(named: tuple[str, Region], upper: list[bool], space: str):
    name, region = named
    text = "".join(c.upper() if up else c.lower() for c, up in zip(name, upper + [True] * len(name), strict=False))
    assert EVERY[region.edition].resolve(space + text + space) == region
    assert find_region(text, region.edition) == region


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_name_means_two_regions(edition):
    keys = [name.casefold() for name, region in NAMES if region.edition == edition]
    codes = [code.casefold() for code in EVERY[edition].codes]
    assert len(set(codes)) == len(codes)
    assert not {region.slug for region in EVERY[edition]} & set(codes)
    assert len({region.tile for region in EVERY[edition]}) == len(EVERY[edition])
    assert keys


def test_no_code_means_regions_of_two_editions():
    codes = [code for edition in EDITIONS for code in EVERY[edition].codes]
    assert len(codes) == len(set(codes))


@given(st.text(max_size=20))
def test_text_is_a_region_or_an_error(text: str):
    known = {form.casefold() for name, _ in NAMES for form in (name, name.replace("-", " "))}
    if text.strip().casefold() not in known:
        with pytest.raises(ParamsError, match="is not known"):
            find_region(text)


@given(st.lists(st.sampled_from(range(7)), max_size=14))
def test_a_join_gives_every_region_once_or_refuses(picked: list[int]):
    evidence = Evidence.open("2023-24")
    frame = evidence.table("smi_register_nhs_region")
    frame = frame[(frame["measure"] == "smi_register_people") & (frame["period"] == "2023-24 Q4")]
    evidence._tables["2023-24/smi_register_nhs_region"] = frame.iloc[picked]
    if sorted(picked) == list(range(7)):
        assert evidence.regional("smi_register_nhs_region", "smi_register_people").sum() == frame["value"].sum()
    else:
        with pytest.raises(DataError):
            evidence.regional("smi_register_nhs_region", "smi_register_people")
