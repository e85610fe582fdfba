"""Who lives in the area of a run by sex, age, ethnic group and deprivation: what admissions are counted against."""

from __future__ import annotations

import pandas as pd

from needs.data.inputs import Inputs
from needs.errors import DataError
from needs.params.model import Series
from needs.values import Provenance

__all__ = ["ETHNIC_GROUPS", "most_deprived", "residents"]

ETHNIC_GROUPS = ("asian", "black", "mixed", "white", "other")
"""Broad groups of the census, by the words of the region's own data."""


def residents(inputs: Inputs) -> tuple[pd.DataFrame, Provenance]:
    """Return adults of the run's area by sex and age, and by ethnic group where the edition counts them.

    Parameters
    ----------
    inputs : Inputs
        Of a region or footprint.

    Returns
    -------
    DataFrame
        ``group_of`` (``sex``, ``ethnicity``), ``group``, ``stratum`` (age band such as ``18 to 24``; empty for ethnic groups)
        and ``people``, adults.
    Provenance

    Notes
    -----
    Ethnic groups are published for residents of all ages. Adults of a group are all adults times the group's share of
    residents; groups with more children than others have fewer adults than that, so that their rates come out too low.

    Examples
    --------
    >>> from needs.params.load import load
    >>> people, _ = residents(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> people.groupby("group_of")["people"].sum().round().to_dict()
    {'ethnicity': 6969318.0, 'sex': 6969318.0}
    """
    bands, known = inputs.people()
    by_age = bands.rename(columns={"sex": "group", "age_band": "stratum"}).assign(group_of="sex")
    columns = ["group_of", "group", "stratum", "people"]
    counts, provenances = _ethnic_groups(inputs)
    if counts.empty:
        return by_age[columns], known
    adults, adults_known = inputs.adults()
    people = counts / counts.sum() * float(adults[inputs.region.slug])
    by_ethnicity = people.rename_axis("group").rename("people").reset_index()
    by_ethnicity = by_ethnicity.assign(group_of="ethnicity", stratum="")
    found = pd.concat([by_age[columns], by_ethnicity[columns]], ignore_index=True)
    return found, Provenance.of(known, adults_known, *provenances, kind="derived")


def _ethnic_groups(inputs: Inputs) -> tuple[pd.Series, list[Provenance]]:
    """Return residents of all ages by ethnic group; empty where the edition does not count every group."""
    tables = {group.people.table for group in inputs.parameters.demand.ethnicity.values()}
    counts, known = {}, []
    for table in sorted(tables)[:1]:
        for group in ETHNIC_GROUPS:
            series = Series(label="", unit="people", table=table, measure=f"population_all_ages_ethnic_{group}")
            try:
                values, provenance = inputs.regional(series)
            except DataError:
                return pd.Series(dtype=float), []
            counts[group] = float(values[inputs.region.slug])
            known.append(provenance)
    return pd.Series(counts, dtype=float), known


def most_deprived(inputs: Inputs) -> tuple[float, float, Provenance]:
    """Return the shares of the area's people in England's most deprived tenth and fifth.

    Parameters
    ----------
    inputs : Inputs
        Of a region or footprint.

    Returns
    -------
    tenth, fifth : float
        Shares from 0 to 1, as :func:`needs.methods.need.deprivation_tenths` spreads them over all tenths.
    Provenance

    Examples
    --------
    >>> from needs.params.load import load
    >>> tenth, fifth, _ = most_deprived(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> round(tenth, 4), round(fifth, 4)
    (0.0413, 0.1845)
    """
    told, slug = inputs.parameters.demand.deprivation, inputs.region.slug
    (tenth, one), (fifth, two) = (inputs.regional(series, "repeat") for series in (told.tenth, told.fifth))
    return float(tenth[slug]), float(fifth[slug]), Provenance.of(one, two, kind="modelled")
