"""A region's own data with whole pathways, made by chance: moves, delays, reviews, beds and referrals from prison."""

import numpy as np
import pandas as pd

from needs.data.service.held import Service
from needs.dataset import TABLES, table
from needs.values import Provenance

SINCE, UNTIL = pd.Timestamp("2020-04-01"), pd.Timestamp("2024-03-31")
KNOWN = Provenance("synthetic", ("service/example/x#own-data",))
TIERS = np.array(["high", "medium", "low", "step_down", "community"])
LEFT = np.array([*TIERS, "prison", "discharge", "died"])
MEAN_DAYS = np.array([2400, 1100, 800, 500, 700])
ROUTES = np.array([
    [0, .70, .05, 0, 0, .20, 0, .05],
    [.03, 0, .40, .15, .12, .15, .10, .05],
    [.01, .05, 0, .45, .30, .04, .13, .02],
    [0, .03, .05, 0, .60, .02, .28, .02],
    [0, .06, .05, .01, 0, .03, .80, .05],
])  # fmt: skip
REASONS = np.array(["step_down", "housing", "ministry_of_justice", "community_team", None])


def stays(rng, people):
    """Columns of stays: pathways by a Markov chain, those over before the data begin left out."""
    person = np.arange(people)
    tier = rng.choice(5, people, p=[0.04, 0.5, 0.4, 0.03, 0.03])
    start = pd.Timestamp("2009-01-01") + pd.to_timedelta(rng.integers(0, 5500, people), unit="D")
    diagnosis = rng.choice(
        ["mental_illness", "personality_disorder", "both", "unknown"], people, p=[0.66, 0.16, 0.13, 0.05]
    )
    longer = np.where(diagnosis == "personality_disorder", 1.6, 1.0)
    steps = []
    while len(person):
        days = np.maximum(rng.exponential(MEAN_DAYS[tier] * longer[person]), 3).astype(int)
        to = (rng.random((len(person), 1)) > ROUTES[tier].cumsum(axis=1)).sum(axis=1).clip(max=len(LEFT) - 1)
        end = start + pd.to_timedelta(days, unit="D")
        steps.append(
            pd.DataFrame({"person": person, "tier": TIERS[tier], "admitted": start, "end": end, "to": LEFT[to]})
        )
        more = (to < 5) & (end < UNTIL)
        person, tier, start = person[more], to[more], end[more]
    rows = pd.concat(steps, ignore_index=True)
    rows = rows[(rows["admitted"] <= UNTIL) & (rows["end"] >= SINCE)].reset_index(drop=True)
    ended = rows["end"] <= UNTIL
    ready = rows["end"] - pd.to_timedelta(rng.choice([0, 30, 60, 200], len(rows)), unit="D")
    told = (rng.random(len(rows)) < 0.6) & (ready >= rows["admitted"]) & (ready <= UNTIL)
    first = ~rows["person"].duplicated()
    before = rows.groupby("person")["tier"].shift().fillna("medium")
    source = rng.choice(["prison_sentenced", "court", "general_psychiatry"], len(rows))
    return {
        "person_key": "p" + rows["person"].astype(str), "unit": rows["tier"] + " ward", "tier": rows["tier"], "sector": "nhs",
        "sex": np.where(rows["person"] % 8 == 0, "female", "male"), "diagnosis": diagnosis[rows["person"]],
        "learning_disability": np.where(rows["person"] % 11 == 0, "yes", "no"), "autism": "no",
        "source": np.where(first, source, before), "admitted": rows["admitted"], "discharged": rows["end"].where(ended),
        "destination": rows["to"].where(ended), "clinically_ready": ready.where(told),
        "delay_reason": pd.Series(rng.choice(REASONS, len(rows))).where(told),
    }  # fmt: skip


def reviews(rng, given):
    """Columns of reviews of most people who are still there."""
    rows = pd.DataFrame({name: given[name] for name in ("person_key", "tier", "discharged")})
    there = rows[rows["discharged"].isna() & (rng.random(len(rows)) < 0.85)]
    at = there["tier"].map({tier: place for place, tier in enumerate(TIERS)}).to_numpy()
    needed = np.array([*TIERS, "none"])[
        (at + rng.choice([-1, 0, 1, 2], len(at), p=[0.04, 0.66, 0.22, 0.08])).clip(0, 5)
    ]
    return {"person_key": there["person_key"].to_numpy(), "reviewed": [UNTIL] * len(at), "tier_needed": needed}


def referrals(rng, number):
    """Columns of referrals from prison: assessed once to five times, then admitted, withdrawn or still waiting."""
    start = SINCE + pd.to_timedelta(rng.integers(-60, 1450, number), unit="D")
    times, wait = (
        rng.choice([1, 2, 3, 5], number, p=[0.35, 0.35, 0.2, 0.1]),
        rng.gamma(2.0, 28.0, number).astype(int) + 3,
    )
    end = start + pd.to_timedelta(wait, unit="D")
    out = rng.choice(["admitted", "withdrawn", "released"], number, p=[0.8, 0.12, 0.08])
    told = [
        pd.DataFrame({"n": np.arange(number), "event": "referred", "day": start, "clock": "start"}),
        pd.DataFrame(
            {"n": np.arange(number).repeat(times), "event": "assessed", "day": start.repeat(times), "clock": None}
        ),
        pd.DataFrame(
            {
                "n": np.arange(number),
                "event": "accepted",
                "day": start + pd.to_timedelta(wait // 2, unit="D"),
                "clock": None,
            }
        ),
        pd.DataFrame(
            {"n": np.arange(number), "event": out, "day": end, "clock": np.where(out == "admitted", "end", None)}
        ),
    ]
    rows = pd.concat(told, ignore_index=True)
    rows = rows[(end >= SINCE)[rows["n"]] & (rows["day"] <= UNTIL)].reset_index(drop=True)
    return {
        "person_key": "p" + rows["n"].astype(str), "referral_key": "r" + rows["n"].astype(str), "event": rows["event"],
        "day": rows["day"], "setting": "prison", "tier": "medium", "clock": rows["clock"],
    }  # fmt: skip


def capacity():
    """Columns of beds of one unit a tier, one of which closed beds."""
    return {
        "unit": [*(f"{tier} ward" for tier in TIERS[:4]), "medium ward"], "tier": [*TIERS[:4], "medium"], "sector": "nhs",
        "sex": "mixed", "beds": [30, 130, 125, 70, 120], "validated": pd.to_datetime(["2020-04-01"] * 4 + ["2022-07-01"]),
    }  # fmt: skip


def typed(name, columns):
    """A table of the data set with the dtypes that reading gives; columns not given are blank."""
    given = pd.DataFrame(columns).reset_index(drop=True).reindex(columns=list(table(name).names))
    made = {"row": np.arange(2, len(given) + 2)}
    for column in table(name).columns:
        cells = given[column.name]
        if column.form == "code":
            made[column.name] = pd.Categorical(cells, categories=list(column.words))
        elif column.form == "date":
            made[column.name] = pd.to_datetime(cells).astype("datetime64[s]")
        else:
            made[column.name] = cells.astype(float if column.form in ("whole", "number") else "str")
    return pd.DataFrame(made)


def monitored(seed=1, people=900, without=()):
    """Service data of a region, without some tables."""
    rng = np.random.default_rng(seed)
    given = stays(rng, people)
    told = {
        "stays": given,
        "referrals": referrals(rng, people // 2),
        "reviews": reviews(rng, given),
        "capacity": capacity(),
    }
    told = {name: columns for name, columns in told.items() if name not in without}
    tables = {each.name: typed(each.name, told.get(each.name, {})) for each in TABLES}
    return Service(tables, SINCE, UNTIL, dict.fromkeys(told, KNOWN))
