"""Tables of a region's own data: delays, tiers needed, waits of prisoners and assessments made."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from needs.data.geography import Region
from needs.methods.disclosure import Released
from needs.methods.service.monitored_now import NEEDED
from needs.methods.service.monitored_waits import MEAN_TO, STANDARDS, STARTS
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.monitored_names import APART, figure, reason, share
from needs.present.monitored_words import assessed, less_needed, waited
from needs.present.monitored_words import delayed as delay
from needs.present.released import SUPPRESSED, cell, data_of, empty_table, note
from needs.values import records

__all__ = ["assessments_made", "delayed", "delayed_by_tier", "tabled", "tier_mismatch", "transfer_waits"]

FULL = "100%"


def transfer_waits(
    released: Released, region: Region, limits: tuple[int, int] = STANDARDS, to: int = MEAN_TO
) -> Artefact:
    """Tabulate how long prisoners wait, by what starts the clock.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.waits`.
    region : Region
        The area.
    limits : tuple of int
        Days of the transfer standard.
    to : int
        Days to which the mean is restricted.

    Examples
    --------
    >>> from needs.methods.service import monitored_release, monitored_waits
    >>> from needs.values import Provenance
    >>> found = pd.DataFrame({"person": range(60), "days": range(60), "entry_days": 0.0, "outcome": "admitted", "ended": True})
    >>> summary = monitored_waits.summaries({"Referral to admission": found})
    >>> safe = monitored_release.waits(summary, Provenance("derived", ("service/x#own-data",)))
    >>> table = transfer_waits(safe, Region("2023-24", "london", "London", "E40000003"))
    >>> table.rows.iloc[0, [0, 1, 5, 7]].tolist()
    ['Referral to admission', '60', '25% (16% to 37%)', '29 (21 to 37)']
    """
    here = words.place(region.name)
    caption = (
        f"Prisoners from {here} referred to secure care, and shares admitted within {limits[0]} and {limits[1]} days with "
        "95% intervals: plain shares (Wilson) where everyone was followed for that long, else with those who still wait "
        "counted until the last day of the data and other ends ruling admission out (Aalen-Johansen). Median and mean: "
        f"days until the wait ended in any way, the mean of the first {to} days. {APART} {note(released.rule)}"
    )
    frame, hidden = released.frame, released.hidden
    if frame.empty:
        return empty_table("There are no waits of prisoners that can be shown.", "Waits", caption, released.known)
    counts = {"people": "Referred", "admitted": "Admitted", "exits": "Left otherwise", "waiting": "Waiting"}
    shown = {"Wait": frame["waits"].tolist()} | _counts(released, counts)
    for n in limits:
        shown[f"Within {n} days"] = _figures(frame, hidden, f"within_{n}", share)
    shown["Median days"] = _figures(frame, hidden, "median_days", words.count)
    shown[f"Mean of the first {to} days"] = _figures(frame, hidden, "mean_days", words.count)
    first = records(frame)[0]
    title = waited(first, limits, STARTS.get(first.waits, words.lower(first.waits)))
    return tabled(title, caption, released, shown)


def delayed(released: Released, every: Released, region: Region, until: pd.Timestamp) -> Artefact:
    """Tabulate people ready to leave by reason, and the bed-days that took.

    Parameters
    ----------
    released, every : Released
        Of :func:`needs.methods.service.monitored_release.delays`: by reason, over all tiers and in each, and all together in
        one row.
    region : Region
        The area.
    until : Timestamp
        Last day of the year.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import delays
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"tier": "all", "delay_reason": ["housing", "funding"], "delayed_now": 3, "delayed": [8, 6],
    ...                       "bed_days": [431, 120]})
    >>> safe = delays(frame, Provenance("derived", ("service/x#own-data",)))
    >>> london, day = Region("2023-24", "london", "London", "E40000003"), pd.Timestamp("2024-03-31")
    >>> delayed(safe, safe, london, day).rows.to_numpy().tolist()
    [['All tiers', 'No housing', '*', '10', '430']]
    """
    caption = (
        f"People from {words.place(region.name)} still in a tier after the day they were clinically ready to leave it, by main "
        f"reason: on {until:%d %B %Y}, in the 12 months to then, and the bed-days in those months. {note(released.rule)} Reasons "
        "of fewer people are left out; other numbers are suppressed as well where they would give those away by difference."
    )
    if not len(released):
        return empty_table("There are no delays that can be shown.", "Delays", caption, released.known)
    frame = released.frame
    numbers = frame[["delayed_now", "delayed", "bed_days"]].notna().any(axis=1)
    kept = released.only((frame["tier"].eq("all") | numbers).to_numpy())
    columns = {"delayed_now": f"On {until:%d %B %Y}", "delayed": "In 12 months", "bed_days": "Bed-days"}
    told = {
        "Tier": ["All tiers" if tier == "all" else words.TIER_NAMES[tier] for tier in kept.frame["tier"]],
        "Reason": [reason(code) for code in kept.frame["delay_reason"]],
    }
    return tabled(delay(released, every, until), caption, kept, told | _counts(kept, columns))


def delayed_by_tier(released: Released, region: Region, until: pd.Timestamp) -> Artefact:
    """Tabulate the share of bed-days that people ready to leave took, by tier.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.delays_by_tier`.
    region : Region
        The area.
    until : Timestamp
        Last day of the year.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import delays_by_tier
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"tier": ["medium", "low"], "people": 90, "delayed_now": 9, "delayed": [11, 21],
    ...                       "bed_days": [400, 900], "all_bed_days": 30000})
    >>> safe = delays_by_tier(frame, Provenance("derived", ("service/x#own-data",)))
    >>> table = delayed_by_tier(safe, Region("2023-24", "london", "London", "E40000003"), pd.Timestamp("2024-03-31"))
    >>> table.rows.iloc[1].tolist()
    ['Low secure', '90', '10', '20', '900', '3%']
    """
    caption = (
        f"People from {words.place(region.name)} in each tier in the 12 months to {until:%d %B %Y}, those still there "
        "after the day they were clinically ready to leave, and the share of all bed-days that took. "
        f"{note(released.rule)}"
    )
    if not len(released):
        return empty_table("There are no delays that can be shown.", "Delays", caption, released.known)
    frame, hidden = released.frame, released.hidden
    columns = {
        "people": "People in care", "delayed_now": f"Ready on {until:%d %B %Y}", "delayed": "Ready in 12 months",
        "bed_days": "Their bed-days",
    }  # fmt: skip
    shown = {"Tier": [words.TIER_NAMES[tier] for tier in frame["tier"]]} | _counts(released, columns)
    shown["Share of all"] = [cell(v, off, share) for v, off in zip(frame["share"], hidden["share"], strict=True)]
    told = [
        f"{share(row.share)} in {words.lower(words.TIER_NAMES[row.tier])}"
        for row in records(frame[frame["share"].notna()])
    ]
    title = (
        f"People ready to leave took these shares of all bed-days in the year to {until:%B %Y}: {words.listed(told)}"
        if told
        else f"Numbers are too small to show what share of bed-days people ready to leave took in the year to {until:%B %Y}"
    )
    return tabled(title, caption, released, shown)


def tier_mismatch(released: Released, region: Region, until: pd.Timestamp) -> Artefact:
    """Tabulate the tier that people are in against the tier that their latest review found.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.needed`.
    region : Region
        The area.
    until : Timestamp
        Last day of the data.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import needed
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"tier": ["low"], "people": [90], "reviewed": [80], "high": [0], "medium": [5], "low": [55],
    ...     "step_down": [15], "community": [5], "none": [0], "less": [20], "same": [55], "more": [5]})
    >>> safe = needed(frame, Provenance("derived", ("service/x#own-data",)))
    >>> table = tier_mismatch(safe, Region("2023-24", "london", "London", "E40000003"), pd.Timestamp("2024-03-31"))
    >>> table.rows.iloc[0].tolist()
    ['Low secure', '90', '80', '*', '*', '55', '15', '*', '*', '25%']
    """
    caption = (
        f"People from {words.place(region.name)} in care on {until:%d %B %Y} by the tier they are in (rows) and the tier "
        f"that their latest review since they came into care found they need (columns). {note(released.rule)} Others are "
        "suppressed as well where they would give those away by difference."
    )
    frame, hidden = released.frame, released.hidden
    if frame.empty or not (frame["reviewed"].notna() | hidden["reviewed"]).any():
        return empty_table("There are no tiers needed that can be shown.", "Tier needed", caption, released.known)
    names = {
        tier: f"Needs {words.lower(words.TIER_NAMES[tier])}" if tier != "none" else "Needs none" for tier in NEEDED
    }
    shown = {"Tier": [words.TIER_NAMES[tier] for tier in frame["tier"]]}
    shown |= _counts(released, {"people": "People", "reviewed": "Reviewed"} | names)
    shown["Need less"] = [cell(v, off, share) for v, off in zip(frame["less_share"], hidden["less_share"], strict=True)]
    return tabled(less_needed(released), caption, released, shown)


def assessments_made(released: Released, region: Region) -> Artefact:
    """Tabulate how often people were assessed before admission, and how long that took.

    Parameters
    ----------
    released : Released
        Of :func:`needs.methods.service.monitored_release.assessments`.
    region : Region
        The area.

    Examples
    --------
    >>> from needs.methods.service.monitored_release import assessments
    >>> from needs.values import Provenance
    >>> ends = {f"{name}{end}": [1.2, 1.2] for name in ("mean", "mean_days", "share") for end in ("", "_lower", "_upper")}
    >>> frame = pd.DataFrame({"number": ["1", "all"], "admissions": [40, 40], "total": [40, 40], **ends})
    >>> safe = assessments(frame, Provenance("derived", ("service/x#own-data",)))
    >>> assessments_made(safe, Region("2023-24", "london", "London", "E40000003")).rows.iloc[1].tolist()
    ['All', '40', '100%', '1 (1 to 1)']
    """
    caption = (
        f"Admissions of people from {words.place(region.name)} to secure care by number of assessments before them, with "
        "mean days from referral to admission; 95% intervals (shares: Wilson). Referrals that did not end in admission "
        f"are not counted, though they were assessed as well. {APART} {note(released.rule)}"
    )
    frame, hidden = released.frame, released.hidden
    if frame["admissions"].notna().sum() == 0:
        return empty_table(f"{assessed(released)}.", "Assessments", caption, released.known)
    every = frame["number"].eq("all")
    shares = _figures(frame, hidden, "share", share, "0%")
    shown = {
        "Assessments": ["All" if number == "all" else number for number in frame["number"]],
        **_counts(released, {"admissions": "Admissions"}),
        "Share": [FULL if total and told != SUPPRESSED else told for told, total in zip(shares, every, strict=True)],
        "Mean days to admission": _figures(frame, hidden, "mean_days", words.count, "not known"),
    }
    return tabled(assessed(released), caption, released, shown)


def tabled(
    title: str,
    caption: str,
    released: Released,
    shown: dict[str, list[str]],
    words_in: Sequence[str] = ("Tier", "Reason"),
) -> Artefact:
    """Make a table of released figures.

    Parameters
    ----------
    title, caption
        See :class:`needs.present.artefact.Artefact`.
    released : Released
        What it shows.
    shown : dict of str to list of str
        Its columns as text; the first one and those of ``words_in`` stand to the left.
    words_in : sequence of str
        Columns of words.
    """
    rows, known = pd.DataFrame(shown), released.known
    rows.attrs["numeric"] = [name for at, name in enumerate(rows) if at and name not in words_in]
    return Artefact("table", title, caption, known.kind, known.sources, data_of(released), rows=rows, released=True)


def _counts(released: Released, columns: dict[str, str]) -> dict[str, list[str]]:
    """Write columns of counts under their headings."""
    frame, hidden = released.frame, released.hidden
    return {
        heading: [cell(value, off, words.count) for value, off in zip(frame[name], hidden[name], strict=True)]
        for name, heading in columns.items()
    }


def _figures(
    frame: pd.DataFrame, hidden: pd.DataFrame, name: str, write: object, missing: str = "not reached"
) -> list[str]:
    return [figure(row, off, name, write, missing) for row, off in zip(records(frame), records(hidden), strict=True)]  # type: ignore[arg-type]
