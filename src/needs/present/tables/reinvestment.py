"""Tables of wards that close so that step-down places can open."""

from __future__ import annotations

from typing import Any

import pandas as pd

from needs.data.geography import Region
from needs.methods.reinvestment import Confirmed, Plan
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.charts.reinvestment import closure, no_ward, saves
from needs.present.choices import difference, extra
from needs.present.confidence import either
from needs.present.money_words import ranged_in, unit_of
from needs.present.movement import futures
from needs.present.tables.layout import Column, laid_out, nothing
from needs.values import Estimate, Provenance, records

__all__ = ["frontier", "reinvestment"]

_NOT_TRIED = "\u2013"
_NONE = "none"
_ENDS = ["spend", "spend_lower", "spend_upper"]


def frontier(
    sure: Confirmed, plan: Plan | None, region: Region, known: Provenance, price_year: str, years: int
) -> Artefact:
    """Tabulate, by beds closed, the step-down places that are enough, those paid for, and what the simulation says.

    Parameters
    ----------
    sure, plan, region, known, price_year, years
        See :func:`needs.present.charts.frontier`.

    Examples
    --------
    >>> from needs.methods.reinvestment import Terms
    >>> told = {"closed": 12, "safe_places": 8.0, "affordable_places": 23.0, "feasible": True, "places": 16.0, "safe": True}
    >>> found = {"spend": -9e5, "spend_lower": -2.8e6, "spend_upper": 6e5, "harm": 0.53, "harm_any": 0.63}
    >>> prisoners = {"prisoners": -0.2, "prisoners_lower": -9.7, "prisoners_upper": 6.9}
    >>> frame = pd.DataFrame([{"wards": 1, **told, **found, **prisoners}])
    >>> year = Estimate(9e5, -6e5, 2.8e6, "modelled", ("x#y",))
    >>> plan = Plan("medium", 12, 16, 2, True, pd.DataFrame(), 5.0, 0.86, year, year, 0.53, 0.63)
    >>> sure, london = Confirmed(frame, {}, Terms("medium", 12, 1)), Region("2023-24", "london", "London", "E40000003")
    >>> print(*frontier(sure, plan, london, Provenance("modelled", ("x#y",)), "2024-25", 10).rows.to_numpy()[0], sep="; ")
    12; 8; 23; 16; −0.9 (−2.8 to 0.6); −0.2 (−9.7 to 6.9); 5 of 10
    """
    if plan is None:
        return nothing(f"{no_ward(region)}.", "Wards", f"Wards closed for step-down places, {region.name}", known)
    rows = records(sure.frame)
    scale, unit = unit_of(sure.frame[_ENDS])
    shown = sure.frame.assign(
        beds=[words.count(row.closed) for row in rows],
        enough=["none tried" if pd.isna(row.safe_places) else words.count(row.safe_places) for row in rows],
        paid=[_NONE if pd.isna(row.affordable_places) else words.count(row.affordable_places) for row in rows],
        tried=[_known(row, lambda r: words.count(r.places) + ("" if r.safe else ", too few")) for row in rows],
        pounds=[_known(row, lambda r: ranged_in(r.spend, r.spend_lower, r.spend_upper, scale)) for row in rows],
        queue=[_known(row, lambda r: difference(r.prisoners, r.prisoners_lower, r.prisoners_upper)) for row in rows],
        often=[_known(row, lambda r: futures(r.harm)) for row in rows],
    )
    columns: dict[str, Column] = {
        "beds": ("Beds closed", words.count),
        "enough": ("Places enough, by formula", words.count),
        "paid": ("Places paid for, by formula", words.count),
        "tried": ("Places simulated", words.count),
        "pounds": (f"Extra spend a year, {unit}", words.money),
        "queue": ("More prisoners waiting", words.count),
        "often": ("Futures with more prisoners waiting", words.count),
    }
    caption = (
        f"{words.TIER_NAMES[plan.close]} beds closed from the start of year {plan.year}, step-down places opened, paid for over "
        f"{years} {words.plural(years, 'year')}; 95% intervals, {price_year} prices; below zero, money saved or fewer prisoners "
        "waiting. Enough: no more people wait on average and in the middle future. Dash: not simulated, as a smaller closure has "
        "too few places or saves nothing."
    )
    table = laid_out(shown, columns)
    return Artefact("table", counted(sure, plan, region), caption, known.kind, known.sources, sure.frame, rows=table)


def _known(row: Any, write: Any) -> str:
    return _NOT_TRIED if pd.isna(row.places) else str(write(row))


def counted(sure: Confirmed, plan: Plan, region: Region) -> str:
    """Say which closures simulated pay for the places they need, and which first does not.

    Examples
    --------
    >>> from needs.methods.reinvestment import Terms
    >>> told = {"closed": [12, 24], "safe": [True, False], "spend": [-9e5, 1e5], "places": [16.0, 50.0], "harm": 0.53}
    >>> year = Estimate(9e5, -6e5, 2.8e6, "modelled", ("x#y",))
    >>> plan = Plan("medium", 12, 16, 2, True, pd.DataFrame(), 5.0, 0.86, year, year, 0.53, 0.63)
    >>> sure = Confirmed(pd.DataFrame(told), {}, Terms("medium", 12, 2))
    >>> print(counted(sure, plan, Region("2023-24", "london", "London", "E40000003")))  # doctest: +NORMALIZE_WHITESPACE
    In London, closing 12 medium secure beds pays for enough step-down places and closing 24 does not; with enough, more
    prisoners still wait in 5 of 10 futures
    """
    tried = sure.frame[sure.frame["places"].notna()]
    pays = (tried["safe"] == True) & (tried["spend"] < 0)  # noqa: E712 - missing where not tried
    good, not_good = ([words.count(beds) for beds in tried.loc[which, "closed"]] for which in (pays, ~pays))
    start = f"In {words.place(region.name)}, "
    tier, enough = words.TIER_NAMES[plan.close].lower(), "pays for enough step-down places"
    if not good:
        return f"{start}no closure of {tier} beds simulated {enough}"
    told = f"{start}closing {either(good)} {tier} beds {enough}"
    told += f" and closing {either(not_good)} does not" if not_good else ""
    harm = float(tried.loc[pays, "harm"].max())
    often = f"{'up to ' if len(good) > 1 else ''}{futures(harm)} futures"
    return f"{told}; with enough, more prisoners still wait in {often}" if harm else told


def reinvestment(
    plan: Plan | None, region: Region, known: Provenance, price_year: str, years: int, rate: float
) -> Artefact:
    """Tabulate what one closure comes to.

    Parameters
    ----------
    plan, region, known, price_year, rate
        See :func:`needs.present.charts.cumulative_savings`.
    years : int
        Years over which it is weighed.

    Examples
    --------
    >>> year = Estimate(9e5, -6e5, 2.8e6, "modelled", ("x#y",))
    >>> plan = Plan("medium", 12, 16, 2, True, pd.DataFrame(), 5.0, 0.86, year, year, 0.53, 0.63)
    >>> london = Region("2023-24", "london", "London", "E40000003")
    >>> table = reinvestment(plan, london, Provenance("modelled", ("x#y",)), "2024-25", 10, 0.035)
    >>> table.rows.to_numpy().tolist()[4]
    ['Paid back', 'by the end of year 5 in the middle future']
    """
    if plan is None:
        return nothing(f"{no_ward(region)}.", "Wards", f"Wards closed for step-down places, {region.name}", known)
    span = f"{years} {words.plural(years, 'year')}"
    back = f"by the end of year {plan.break_even:g} in the middle future"
    lines = [
        (
            "Closes",
            f"{words.count(plan.closed)} {words.TIER_NAMES[plan.close].lower()} beds from the start of year {plan.year}",
        ),
        ("Opens", f"{words.count(plan.places)} step-down {words.plural(plan.places, 'place')}"),
        (f"Net present value over {span}", _saved(plan.npv)),
        ("Equivalent annual amount", _saved(plan.annual)),
        ("Paid back", f"not within {span} in most futures" if pd.isna(plan.break_even) else back),
        (f"Futures that pay back within {span}", futures(plan.breaks_even)),
        ("Futures in which more prisoners wait", futures(plan.harm)),
        ("Futures in which any wait is longer", futures(plan.harm_any)),
        ("Discount rate", f"{words.percent(rate)} a year (options.discount_rate)"),
        ("Prices", price_year),
    ]
    rows = pd.DataFrame(lines, columns=["Of this closure", "Found"])
    how = "Chosen: of the closures simulated, enough places and the largest saving" if plan.safe else (
        "Not chosen, but the smallest simulated: none both has enough places and saves money"
    )  # fmt: skip
    caption = (
        f"Against the same futures without it, means with 95% intervals. {how}. Enough holds on average and in the middle "
        "future; rows of futures say how often more wait. Any wait: for a bed of any secure tier, or in one for the next."
    )
    title = f"Over {span} in {words.place(region.name)}, {closure(plan)} on average {saves(plan.npv)} at present value"
    data = pd.DataFrame([_record(plan, rate, price_year)])
    return Artefact("table", title, caption, known.kind, known.sources, data, rows=rows)


def _saved(saved: Estimate) -> str:
    lower, upper = saved.bounds
    told = extra(-saved.value, -upper, -lower)
    return told if told.startswith(("saves", "no ")) else f"costs {told}"


def _record(plan: Plan, rate: float, price_year: str) -> dict[str, Any]:
    ends = {"npv": plan.npv, "annual": plan.annual}
    money = {
        f"{name}{end}": x
        for name, e in ends.items()
        for end, x in zip(("", "_lower", "_upper"), (e.value, *e.bounds), strict=True)
    }
    told = {
        name: getattr(plan, name) for name in ("close", "closed", "places", "year", "safe", "break_even", "breaks_even")
    }
    return {**told, **money, "harm": plan.harm, "harm_any": plan.harm_any, "rate": rate, "price_year": price_year}
