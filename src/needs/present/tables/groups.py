"""Tables of groups of patients: women, ethnicity, and groups with a national number of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from needs.data.geography import Region
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.tables.layout import NONE_PUBLISHED, Column, laid_out, nothing
from needs.values import Estimate, Provenance, Tier, records, total

__all__ = ["ethnicity", "groups_expected", "women"]


def women(
    by_sex: pd.DataFrame,
    beds: Mapping[Tier, Estimate],
    independent: Mapping[Tier, Estimate],
    region: Region,
    note: str,
    known: Provenance,
) -> Artefact:
    """Tabulate women expected in secure care by tier, from women's own evidence.

    Parameters
    ----------
    by_sex : DataFrame
        ``tier, sex, patients, mean_lower_95, mean_upper_95`` of :meth:`needs.methods.demand.Demand.by_sex`.
    beds : mapping of tier to Estimate
        Women's beds in England.
    independent : mapping of tier to Estimate
        Published share of those beds at independent providers; a tier may lack it.
    region, known
        See :func:`needs.present.charts.demand_by_tier`.
    note : str
        What the beds are, and of when.
    """
    own = by_sex[by_sex["sex"] == "female"]
    expected: dict[Tier, Estimate] = {
        row.tier: Estimate(row.patients, row.mean_lower_95, row.mean_upper_95, known.kind, known.sources)
        for row in records(own)
    }
    inside = {tier: people * independent[tier] for tier, people in expected.items() if tier in independent}
    everyone = total(expected.values(), together=True)
    there = total(inside.values(), together=True) if inside else None
    lines: list[tuple[str, Estimate, Estimate, Estimate | None]] = [
        *((tier, beds[tier], people, inside.get(tier)) for tier, people in expected.items()),
        ("all", total(beds.values()), everyone, there),
    ]
    data = pd.DataFrame(
        [
            {"tier": tier, **_flat("beds", bed), **_flat("women", people), **_flat("independent", there)}
            for tier, bed, people, there in lines
        ]
    )
    headings = ["Women's beds in England", "Women expected", "Of whom at independent providers"]
    shown = pd.DataFrame(
        [
            (words.TIER_NAMES[tier], _exact(bed), words.spoken(people, "people"),
             words.spoken(there, "people") if there else NONE_PUBLISHED)
            for tier, bed, people, there in lines
        ],
        columns=["Tier", *headings],
    )  # fmt: skip
    shown.attrs["numeric"] = headings
    here = words.place(region.name)
    title = f"About {words.spoken(everyone, 'people')} women from {here} would be expected in secure care"
    lacking = [words.TIER_NAMES[tier].lower() for tier in expected if tier not in independent]
    caption = (
        f"Women from {here} expected in secure care, with 95% intervals that add up over tiers, and women's beds in England: "
        f"{note.rstrip('.')}. At independent providers: England's published share of women's beds, taken for {here}"
        f"{f'; none was published for {words.listed(lacking)}' if lacking else ''}."
    )
    source = Provenance.of(known, *beds.values(), *independent.values())
    return Artefact("table", title, caption, source.kind, source.sources, data, rows=shown)


def _exact(beds: Estimate) -> str:
    """Write published beds as they were counted, with their range."""
    ends = " to ".join(words.count(end) for end in beds.bounds)
    return words.count(beds.value) + (f" ({ends})" if beds.has_interval else "")


def _flat(name: str, figure: Estimate | None) -> dict[str, float | None]:
    """Return a figure as columns of a table of data."""
    if figure is None:
        return {name: None, f"{name}_lower": None, f"{name}_upper": None}
    return {name: figure.value, f"{name}_lower": figure.lower, f"{name}_upper": figure.upper}


def ethnicity(
    base: Estimate,
    change: Estimate,
    groups: Sequence[tuple[str, float, Estimate, Estimate]],
    region: Region,
    known: Provenance,
) -> Artefact:
    """Tabulate past detention by ethnic group, and what it would move if it stood for need.

    Parameters
    ----------
    base : Estimate
        Expected patients of all secure tiers without it.
    change : Estimate
        Paired difference with it.
    groups : sequence of (name, share, men, women)
        Each group's share of residents, and its rate ratios to White men and White women.
    region, known
        See :func:`needs.present.charts.demand_by_tier`.
    """
    data = pd.DataFrame(
        [{"group": name, "share": share, **_flat("men", men), **_flat("women", females)}
         for name, share, men, females in groups]
    ).assign(**_flat("patients", base), **_flat("change", change))  # fmt: skip
    headings = ["Share of residents", "Men, ratio to White men", "Women, ratio to White women"]
    shown = pd.DataFrame(
        [(name, words.percent(share), _ratio(men), _ratio(females)) for name, share, men, females in groups],
        columns=["Ethnic group", *headings],
    )
    shown.attrs["numeric"] = headings
    here = words.place(region.name)
    title = (
        f"If past detention by ethnic group stood for need, the patients expected from {here} would change by "
        f"{words.signed_range(change.value, *change.bounds)}"
    )
    lower, upper = change.bounds
    reach = (
        " Rules that take no account of need are not moved, so its own interval reaches 0."
        if lower <= 0 <= upper
        else ""
    )
    caption = (
        f"Share of residents of {here} and published rate ratios of past detention. Past detention says who was detained, not "
        f"who needed care. This is a scenario against {words.spoken(base, 'people')} secure patients; it is never the default "
        f"and is part of no interval.{reach}"
    )
    source = Provenance.of(known, base, change, *(ratio for *_, men, females in groups for ratio in (men, females)))
    return Artefact("table", title, caption, source.kind, source.sources, data, rows=shown)


def _ratio(ratio: Estimate) -> str:
    ends = f" ({ratio.bounds[0]:.2f} to {ratio.bounds[1]:.2f})" if ratio.has_interval else ""
    return f"{ratio.value:.2f}{ends}"


def groups_expected(rows: Sequence[tuple[str, str, Estimate, Estimate]], region: Region, known: Provenance) -> Artefact:
    """Tabulate groups with a national number, shared out to the region.

    Parameters
    ----------
    rows : sequence of (label, note, national, regional)
        Each group, who is counted, and its people in England and from the region.
    region, known
        See :func:`needs.present.charts.demand_by_tier`; ``known`` is of the shares.
    """
    here = words.place(region.name)
    if not rows:
        said = f"No national number of a group was found that could be shared out to {here}."
        return nothing(said, "Group", f"Groups with a national number, {region.name}", known)
    data = pd.DataFrame(
        [{"label": label, "note": note, **_flat("england", national), **_flat("region", regional)}
         for label, note, national, regional in rows]
    )  # fmt: skip
    shown = laid_out(
        data.assign(
            england=[words.spoken(national, "people") for _, _, national, _ in rows],
            region=[words.spoken(regional, "people") for *_, regional in rows],
        ),
        _GROUP_COLUMNS | {"region": (f"From {here}", words.count)},
    )
    first = records(shown)[0]
    more = f"; {len(rows) - 1} more {words.plural(len(rows) - 1, 'group')} below" if len(rows) > 1 else ""
    title = f"{rows[0][0]}: about {first[3]} of England's {first[2]} would be from {here}{more}"
    caption = (
        f"Groups with a published national number, and the part that {here} would have by adults alone: no need index enters, "
        "and groups overlap with the tiers."
    )
    source = Provenance.of(known, *(figure for _, _, *figures in rows for figure in figures))
    return Artefact("table", title, caption, source.kind, source.sources, data, rows=shown)


_GROUP_COLUMNS: dict[str, Column] = {
    "label": ("Group", None),
    "note": ("Who is counted", None),
    "england": ("England", words.count),
}
