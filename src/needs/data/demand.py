"""What the demand method is given: England's anchors, its areas, and what the estimate is held against.

Each function returns what a method takes by name, so that a notebook hands it on as it is.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from needs.data.areas import board_adults
from needs.data.inputs import Inputs
from needs.values import Estimate, Provenance, Tier, total

__all__ = [
    "age_evidence",
    "england",
    "ethnic_groups",
    "groups",
    "how",
    "independent_share",
    "of_board",
    "places",
    "rule_names",
    "rule_notes",
    "women",
]


def england(inputs: Inputs) -> dict[str, Any]:
    """Return what is known for England as a whole, by the names of :class:`needs.methods.cascade.Anchors`.

    Patients are beds times occupancy, women's from women's beds; people in step-down places are leavers times
    stay; the community caseload is services times the caseload of one.

    Examples
    --------
    >>> from needs.params.load import load
    >>> known = england(Inputs.open(load("2023-24", "london").canonical_json()))
    >>> round(known["women"]["medium"].value), round(known["beyond"]["community"].value)
    (484, 3700)
    """
    told = inputs.parameters.demand
    occupancy = inputs.by_tier("demand.occupancy")
    path = {name: inputs.estimate(getattr(told.pathway, name), f"demand.pathway.{name}")
            for name in ("leavers", "stay", "services", "caseload")}  # fmt: skip
    profile = {}
    for sex, ages in told.age_profile.items():
        name = f"demand.age_profile.{sex}.shares"
        profile[sex] = {group: inputs.estimate(share, f"{name}.{group}").value for group, share in ages.shares.items()}
    shares = pd.DataFrame(profile)
    together = told.women.together
    return {
        "patients": {tier: beds * occupancy[tier] for tier, beds in inputs.by_tier("demand.beds").items()},
        "women": {tier: beds * occupancy[tier] for tier, beds in women(inputs).items()},
        "beyond": {"step_down": path["leavers"] * path["stay"], "community": path["services"] * path["caseload"]},
        "profile": shares / shares.sum(),
        "effective": {str(sex): ages.people for sex, ages in told.age_profile.items()},
        "ratio": inputs.estimate(told.deprivation.ratio, "demand.deprivation.ratio"),
        "carried": inputs.estimate(told.deprivation.carried, "demand.deprivation.carried"),
        "ages": age_evidence(inputs),
        "all_women": inputs.estimate(together, "demand.women.together") if together else None,
    }


def how(inputs: Inputs) -> dict[str, Any]:
    """Return how national use is shared, by the names of :func:`needs.methods.demand.assess`.

    Examples
    --------
    >>> from needs.params.load import load
    >>> how(Inputs.open(load("2009-10", "london").canonical_json()))["rules"]
    ('need', 'population', 'deprivation', 'prison_transfers')
    """
    told = inputs.parameters.demand
    return {"rules": told.rules, "rule_weight": told.rule_weight.value, "draws": told.draws, "seed": told.seed}


def rule_names(inputs: Inputs) -> dict[str, str]:
    """Return the name of each allocation rule on the page; a user's own weights only where there are some.

    Examples
    --------
    >>> from needs.params.load import load
    >>> rule_names(Inputs.open(load("2009-10", "london").canonical_json()))["need"]
    'Need: age, sex and deprivation'
    """
    own = inputs.parameters.demand.own_weights
    return {
        "need": "Need: age, sex and deprivation",
        "population": "Adults",
        "deprivation": "Adults and deprivation",
        "smi_register": "Severe mental illness register",
        "prison_transfers": "Prison transfers to hospital",
    } | ({"own": own.label} if own else {})


def rule_notes(inputs: Inputs) -> str:
    """Return what a reader must know of the series behind the allocation rules.

    Examples
    --------
    >>> from needs.params.load import load
    >>> inputs = Inputs.open(load("2009-10", "london").canonical_json())
    >>> rule_notes(inputs)[:60]
    ' Prison transfers: South East Coast and South Central were p'
    """
    told = inputs.parameters.demand
    notes = [f" {series.label}: {series.note}." for series in told.need.values() if series.note]
    own = told.own_weights
    return "".join([*notes, f" {own.label}: {own.source}." if own else ""])


def women(inputs: Inputs) -> dict[Tier, Estimate]:
    """Return beds for women in England by tier, from women's own evidence.

    Examples
    --------
    >>> from needs.params.load import load
    >>> inputs = Inputs.open(load("2023-24", "london").canonical_json())
    >>> women(inputs)["medium"].value, women(inputs)["low"].value  # 589 and 46 enhanced; 990
    (537.845, 849.42)
    """
    told = inputs.parameters.demand.women
    tiers: tuple[Tier, ...] = ("high", "medium", "low")
    return {
        tier: total(
            inputs.estimate(row, f"demand.women.{tier}.{number}") for number, row in enumerate(getattr(told, tier))
        )
        for tier in tiers
    }


def places(inputs: Inputs) -> tuple[dict[str, Any], Provenance]:
    """Return the areas that make up England, by the names of :meth:`needs.methods.cascade.Places.of`.

    Parameters
    ----------
    inputs : Inputs
        Of regions, a footprint or boards.

    Returns
    -------
    dict
        ``people, groups, tenth, fifth, counts, between``; see :class:`needs.methods.cascade.Between`.
    Provenance

    Examples
    --------
    >>> from needs.params.load import load
    >>> inputs = Inputs.open(load("2023-24", "london").canonical_json())
    >>> told, known = places(inputs.by_icb())
    >>> told["people"].shape, told["between"]["boards"].value, known.kind
    ((12, 42), 0.4, 'assumed')
    """
    told = inputs.parameters.demand
    people, known = inputs.age_bands()
    people.index = pd.MultiIndex.from_tuples([(sex, band) for sex in ("male", "female")
                                              for band in inputs.parameters.population.age_bands])  # fmt: skip
    adults, _ = inputs.adults()
    shares = {}
    for name, series in (("tenth", told.deprivation.tenth), ("fifth", told.deprivation.fifth)):
        shares[name], provenance = inputs.regional(series, "repeat")
        known = Provenance.of(known, provenance, kind="derived")
    counts = pd.DataFrame(index=adults.index)
    for rule, series in told.need.items():
        counts[rule], provenance = inputs.regional(series, inputs.region_adults())
        known = Provenance.of(known, provenance, kind="derived")
    if told.own_weights is not None:
        counts["own"] = inputs.areas.counts(pd.Series(told.own_weights.weights))
    parts, boards = _parts(inputs)
    spread = inputs.estimate(told.region_spread, "demand.region_spread")
    known = Provenance.of(known, spread, inputs.estimate(told.rule_weight, "demand.rule_weight"))
    if boards is not None and inputs.areas.known.sources:
        known = Provenance.of(known, boards)
    groups = {group: group.split("+") for group in told.age_profile["male"].shares}
    between = {"regions": spread, "parts": parts, "boards": boards}
    return {"people": people, "groups": groups, **shares, "counts": counts, "between": between}, known


def _parts(inputs: Inputs) -> tuple[pd.DataFrame, Estimate | None]:
    """Return the boards of England, or its regions where it has none, and how much boards of a region differ."""
    if inputs.parameters.population.areas is None:
        adults = inputs.region_adults()
        return pd.DataFrame({"region": adults.index, "area": adults.index, "adults": adults.to_numpy()}), None
    people, _ = board_adults(inputs.evidence, inputs.parameters.population)
    area = people.index.map(dict(inputs.areas.codes))
    parts = pd.DataFrame({"region": people["region"], "area": area, "adults": people["persons"]})
    return parts, inputs.estimate(inputs.parameters.demand.area_spread, "demand.area_spread")


def groups(inputs: Inputs) -> list[tuple[str, str, Estimate]]:
    """Return groups of patients with a national number: label, note, people.

    Examples
    --------
    >>> from needs.params.load import load
    >>> inputs = Inputs.open(load("2023-24", "london").canonical_json())
    >>> [(label, people.value) for label, _, people in groups(inputs)]
    [('People with a learning disability or autism', 3715.0)]
    """
    return [(group.label, group.note, inputs.estimate(group.people, f"demand.groups.{number}.people"))
            for number, group in enumerate(inputs.parameters.demand.groups)]  # fmt: skip


def of_board(inputs: Inputs) -> dict[str, str]:
    """Return the area of the run that each integrated care board lies in, by slugs; empty where there are none.

    Examples
    --------
    >>> from needs.params.load import load
    >>> inputs = Inputs.open(load("2023-24", "london").canonical_json())
    >>> of_board(inputs)["black-country"]
    'midlands'
    """
    return {board.slug: inputs.areas.codes[board.code] for board in inputs.boards()}


def age_evidence(inputs: Inputs) -> Provenance:
    """Return how the ages of patients are known, both sexes together.

    Examples
    --------
    >>> from needs.params.load import load
    >>> inputs = Inputs.open(load("2023-24", "london").canonical_json())
    >>> age_evidence(inputs).kind
    'assumed'
    """
    profiles = inputs.parameters.demand.age_profile.items()
    shares = (
        inputs.estimate(share, f"demand.age_profile.{sex}.shares.{group}")
        for sex, ages in profiles
        for group, share in ages.shares.items()
    )
    return Provenance.of(*shares)


def independent_share(inputs: Inputs) -> dict[str, Estimate]:
    """Return the published share of women's beds at independent providers, by the tiers that have one.

    Examples
    --------
    >>> from needs.params.load import load
    >>> inputs = Inputs.open(load("2023-24", "london").canonical_json())
    >>> {tier: share.value for tier, share in independent_share(inputs).items()}
    {'low': 0.75, 'medium': 0.48}
    """
    told = inputs.parameters.demand.women.independent
    return {tier: inputs.estimate(share, f"demand.women.independent.{tier}") for tier, share in told.items()}


def ethnic_groups(inputs: Inputs) -> tuple[list[tuple[str, pd.Series[float], Estimate, Estimate]], Provenance]:
    """Return each ethnic group of the scenario of past detention: name, share of residents by area, rate ratios by sex.

    The ratios, of men and then of women to White people, say who was detained, not who needed care.
    """
    found, known = [], []
    for name, group in inputs.parameters.demand.ethnicity.items():
        share, provenance = inputs.regional(group.people, "repeat")
        men, women = (
            inputs.estimate(getattr(group, sex), f"demand.ethnicity.{name}.{sex}") for sex in ("men", "women")
        )
        found.append((name, share, men, women))
        known += [provenance, Provenance.of(men, women)]
    return found, Provenance.of(*known, kind="assumed")
