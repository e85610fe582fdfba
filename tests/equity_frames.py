"""Stays, reviews, outcomes and answers of made-up people, and all that the equity and outcome methods make of them."""

import numpy as np
import pandas as pd

from needs.dataset import table
from needs.methods.service import equity, equity_cases, equity_spread, followed_up, linking, spells

SINCE, UNTIL = pd.Timestamp("2019-04-01"), pd.Timestamp("2024-03-31")
BANDS = ("18 to 24", "25 to 34", "35 to 44", "45 to 54", "55 to 64", "65 and over")


def frame(name, rows, **columns):
    """Return a table of the data set with some columns; the rest is empty."""
    whole = pd.DataFrame(index=range(rows))
    for column in table(name).columns:
        given = columns.get(column.name)
        dtype = {"date": "datetime64[s]", "whole": float, "number": float}.get(column.form, "str")
        if column.form == "code":
            dtype = pd.CategoricalDtype(list(column.codes), ordered=False)
        whole[column.name] = pd.Series([None] * rows if given is None else given, dtype=dtype)
    return whole.assign(row=np.arange(rows) + 2)


def some_stays(people=400, seed=1):
    """Return stays: secure care, then for some a step-down place or a team, and for some secure care again."""
    random = np.random.default_rng(seed)
    traits = {
        "sex": random.choice(["female", "male"], people, p=[0.2, 0.8]),
        "ethnicity": random.choice(["asian", "black", "mixed", "white", "other", "unknown"], people,
                                   p=[0.1, 0.3, 0.08, 0.44, 0.05, 0.03]),
        "learning_disability": random.choice(["yes", "no", "unknown"], people, p=[0.1, 0.85, 0.05]),
        "autism": random.choice(["yes", "no", "unknown"], people, p=[0.12, 0.83, 0.05]),
        "deprivation_tenth": np.minimum(10, 1 + random.geometric(0.25, people)).astype(float),
        "diagnosis": random.choice(["mental_illness", "personality_disorder", "both"], people, p=[0.7, 0.15, 0.15]),
        "age": random.integers(18, 70, people).astype(float),
    }  # fmt: skip
    start = SINCE - pd.Timedelta(days=700) + pd.to_timedelta(random.integers(0, 2500, people), "D")
    rows = []
    for person in range(people):
        day, tier = start[person], random.choice(["high", "medium", "low"], p=[0.1, 0.5, 0.4])
        for _ in range(6):
            end = day + pd.Timedelta(
                days=int(random.exponential(700 if tier in ("high", "medium", "low") else 400)) + 1
            )
            to = {
                "high": ["medium", "medium", "prison"], "medium": ["low", "low", "step_down", "community", "prison"],
                "low": ["step_down", "community", "discharge", "died", "medium"],
                "step_down": ["community", "discharge", "low"], "community": ["discharge", "low", "discharge"],
            }[tier]  # fmt: skip
            to = random.choice(to)
            row = {name: values[person] for name, values in traits.items()}
            ready = end - pd.Timedelta(days=int(random.integers(1, 200)))
            row |= {
                "person_key": f"p{person}", "tier": tier, "unit": f"{tier} {random.integers(1, 5)}", "provider": "x",
                "sector": "nhs", "source": "court", "admitted": day, "discharged": end if end <= UNTIL else None,
                "destination": to if end <= UNTIL else None, "legal_section": random.choice(["s3", "s37_41", "s47_49", "s37"]),
                "clinically_ready": ready if day <= ready <= UNTIL and random.random() < 0.5 else None,
                "natural_clinical_flow": random.choice(["yes", "no"], p=[0.8, 0.2]),
            }  # fmt: skip
            if day <= UNTIL and end >= SINCE:
                rows.append(row)
            if end > UNTIL or to not in ("high", "medium", "low", "step_down", "community"):
                break
            day, tier = end, to
    return frame("stays", len(rows), **pd.DataFrame(rows).to_dict("list"))


def some_reviews(stays, seed=2):
    """Return a review of most stays."""
    random = np.random.default_rng(seed)
    some = stays[random.random(len(stays)) < 0.8]
    return frame(
        "reviews", len(some),
        person_key=some["person_key"].to_list(),
        reviewed=(some["admitted"] + pd.Timedelta(days=20)).to_list(),
        tier_needed=random.choice(["medium", "low", "step_down", "community"], len(some)),
        care_package=random.choice(["treatment", "rehabilitation", "unknown"], len(some)),
    )  # fmt: skip


def some_outcomes(stays, seed=3):
    """Return things that happened after stays ended."""
    random = np.random.default_rng(seed)
    some = stays[stays["discharged"].notna().to_numpy() & (random.random(len(stays)) < 0.7)]
    events = [
        "reconviction",
        "grave_reconviction",
        "death",
        "employment",
        "settled_accommodation",
        "community_team",
        "readmission",
    ]
    return frame(
        "outcomes", len(some),
        person_key=some["person_key"].to_list(),
        event=random.choice(events, len(some), p=[0.2, 0.03, 0.07, 0.15, 0.25, 0.2, 0.1]),
        day=(some["discharged"] + pd.to_timedelta(random.integers(1, 900, len(some)), "D")).to_list(),
    )  # fmt: skip


def some_answers(seed=4):
    """Return answers of patients and carers over three years."""
    random = np.random.default_rng(seed)
    quarters = [quarter for quarter in pd.date_range(SINCE, UNTIL, freq="QS-APR") if quarter.year >= 2021]
    rows = []
    for quarter in quarters:
        for unit in ("medium 1", "low 1"):
            for respondent, most in (("patient", 40), ("carer", 12)):
                for question in ("I feel safe here", "Staff listen to me"):
                    asked = int(random.integers(most // 2, most))
                    answered = int(random.binomial(asked, 0.6 if respondent == "patient" else 0.4))
                    rows.append(
                        (quarter, unit, respondent, question, asked, answered, int(random.binomial(answered, 0.7)))
                    )
    names = ["quarter", "unit", "respondent", "question", "asked", "answered", "positive"]
    return frame("experience", len(rows), **pd.DataFrame(rows, columns=names).to_dict("list"))


def residents():
    """Return adults by sex and age, and by ethnic group."""
    ages = pd.DataFrame([("sex", sex, band, 5e5) for sex in ("female", "male") for band in BANDS])
    shares = {"asian": 0.2, "black": 0.13, "mixed": 0.06, "white": 0.55, "other": 0.06}
    groups = pd.DataFrame([("ethnicity", group, "", 6e6 * share) for group, share in shares.items()])
    return pd.concat([ages, groups]).set_axis(["group_of", "group", "stratum", "people"], axis=1).reset_index(drop=True)


def worked(stays, reviews, outcomes):
    """Return what the methods make of some people: counts, compared, slopes, units, followed."""
    stays = linking.link(stays, SINCE, UNTIL).stays
    found = spells.secure_spells(stays)
    followed = followed_up.follow(spells.discharges(found, SINCE, UNTIL), stays, outcomes, reviews, UNTIL)
    moved = equity_cases.moving(stays, SINCE, UNTIL)
    cases = {
        "admissions": equity_cases.admitted(found, SINCE, UNTIL, BANDS), "moves_on": moved,
        **equity_cases.present(stays, reviews, UNTIL), **equity_cases.left(followed),
    }  # fmt: skip
    lived = equity.lived_there(residents(), 0.12, 0.25, 5.0)
    counts = equity.tallies(cases, lived)
    return {
        "counts": counts, "compared": equity.compare_groups(counts, found, (SINCE, UNTIL)),
        "slopes": equity_spread.slopes(counts), "units": equity_spread.funnel_of_units(moved), "followed": followed,
        "counted": equity.counted(counts),
    }  # fmt: skip
