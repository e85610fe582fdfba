"""A small region's own data, made by chance: as the reader of the data gives them."""

import numpy as np
import pandas as pd

from needs.data.service import Service
from needs.dataset import TABLES
from needs.methods.service import linking
from needs.values import Provenance

SINCE, UNTIL = pd.Timestamp("2020-04-01"), pd.Timestamp("2024-03-31")
GONE = (0.5, 0.3, 0.15, 0.05)
KNOWN = Provenance("synthetic", ("service/example/x#own-data",))


def typed(name, columns):
    """A table of the data set with some columns filled."""
    table = next(each for each in TABLES if each.name == name)
    rows = len(next(iter(columns.values()))) if columns else 0
    frame = {"row": np.arange(2, rows + 2)}
    for column in table.columns:
        given = pd.Series(columns.get(column.name, [None] * rows))
        if column.form == "code":
            frame[column.name] = pd.Categorical(given, categories=list(column.words))
        elif column.form == "date":
            frame[column.name] = pd.to_datetime(given).astype("datetime64[s]")
        elif column.form in ("whole", "number"):
            frame[column.name] = given.astype(float)
        else:
            frame[column.name] = given.astype("str")
    return pd.DataFrame(frame)


def service(tables):
    """Service data of some tables; the others have no rows."""
    given = {table.name: typed(table.name, tables.get(table.name, {})) for table in TABLES}
    return Service(given, SINCE, UNTIL, dict.fromkeys(tables, KNOWN))


def days(rng, size, first="2016-01-01", last="2024-03-31"):
    start = pd.Timestamp(first)
    return start + pd.to_timedelta(rng.integers(0, (pd.Timestamp(last) - start).days + 1, size), unit="D")


def region(seed=1, people=900):
    """Stays, referrals, reviews, capacity, finance, outcomes, health, experience and standards of a region."""
    rng = np.random.default_rng(seed)
    keys = np.array([f"p{i}" for i in range(people)])
    admitted = days(rng, people)
    los = np.maximum(rng.exponential(900, people), 20).astype(int)
    left = admitted + pd.to_timedelta(los, unit="D")
    ended = left <= UNTIL
    keep = ~(ended & (left < SINCE))
    ready = left - pd.to_timedelta(rng.choice([5, 20, 40, 120], people), unit="D")
    has_ready = (rng.random(people) < 0.7) & (ready >= admitted) & (ready <= UNTIL)
    tier = rng.choice(["high", "medium", "low"], people, p=[0.1, 0.5, 0.4])
    unit = np.char.add(tier, rng.choice([" 1", " 2"], people))
    stays = {
        "person_key": keys, "home_icb": "QMJ", "unit": unit, "provider": "Trust", "sector": "nhs", "tier": tier,
        "sex": rng.choice(["female", "male"], people, p=[0.14, 0.86]), "age": rng.integers(20, 65, people),
        "ethnicity": rng.choice(["white", "black", "asian", "unknown"], people, p=[0.5, 0.3, 0.15, 0.05]),
        "diagnosis": "mental_illness", "legal_section": "s37_41",
        "source": rng.choice(["prison_sentenced", "court", "general_psychiatry"], people), "admitted": admitted,
        "discharged": np.where(ended, left, np.datetime64("NaT")),
        "destination": np.where(ended, rng.choice(["step_down", "discharge", "prison", "died"], people, p=GONE), None),
        "clinically_ready": np.where(has_ready, ready, np.datetime64("NaT")),
        "natural_clinical_flow": rng.choice(["yes", "no"], people, p=[0.86, 0.14]),
    }  # fmt: skip
    stays = {name: np.broadcast_to(np.asarray(value, dtype=object), people)[keep] for name, value in stays.items()}
    keys = keys[keep]
    return service({
        "stays": stays, "referrals": _referrals(rng), "reviews": _reviews(rng, keys),
        "capacity": {"unit": sorted(set(unit)), "tier": [u.split()[0] for u in sorted(set(unit))], "sector": ["nhs"] * 6,
                     "sex": ["mixed"] * 6, "beds": [22, 22, 105, 105, 84, 84], "validated": ["2023-06-30"] * 6},
        "finance": {"tier": ["medium", "low"] * 2, "sector": ["nhs"] * 4, "contract": ["block"] * 4,
                    "funded_beds": [200, 160] * 2,
                    "occupied_bed_days": [70000, 56000, 71000, 57000], "spend": [38e6, 25e6, 41e6, 27e6],
                    "period": ["2022-23", "2022-23", "2023-24", "2023-24"]},
        "outcomes": {"person_key": list(keys[:40]), "event": ["readmission"] * 40, "day": days(rng, 40, "2021-01-01")},
        "health": _health(rng, keys), "experience": _experience(rng), "standards": _standards(rng),
    })  # fmt: skip


def _referrals(rng):
    start = days(rng, 700, "2020-04-01")
    rows = []
    for i, day in enumerate(start):
        rows.append((f"p{i}", f"r{i}", "referred", day, "prison"))
        rows.append((f"p{i}", f"r{i}", "assessed", day + pd.Timedelta(days=6), "prison"))
        wait = rng.choice([10, 24, 60, 200])
        end = day + pd.Timedelta(days=int(wait))
        if end <= UNTIL:
            rows.append((f"p{i}", f"r{i}", rng.choice(["admitted", "refused"], p=[0.8, 0.2]), end, "prison"))
    return dict(zip(("person_key", "referral_key", "event", "day", "setting"), zip(*rows, strict=True), strict=True))


def _reviews(rng, keys):
    size = 6 * len(keys)
    return {"person_key": rng.choice(keys, size), "reviewed": days(rng, size, "2020-04-01"),
            "tier_needed": rng.choice(["high", "medium", "low", "step_down", "community"], size, p=[0.08, 0.42, 0.3, 0.15, 0.05]),
            "dundrum_total": rng.integers(8, 36, size), "honos_secure_total": rng.integers(5, 30, size),
            "leave": rng.choice(["none", "escorted_grounds", "unescorted_community"], size)}  # fmt: skip


def _health(rng, keys):
    size = 5 * len(keys)
    return {"person_key": rng.choice(keys, size), "checked": days(rng, size, "2020-04-01"),
            "annual_check": rng.choice(["done", "declined", "not_done"], size, p=[0.8, 0.1, 0.1]),
            "bmi": rng.normal(30, 5, size).round(1)}  # fmt: skip


def _experience(rng):
    quarters = pd.date_range("2020-04-01", "2024-01-01", freq="QS")
    asked = rng.integers(80, 120, len(quarters))
    answered = rng.binomial(asked, 0.6)
    return {"quarter": quarters, "unit": ["low 1"] * len(quarters), "respondent": ["patient"] * len(quarters),
            "question": ["I am treated with respect"] * len(quarters), "asked": asked, "answered": answered,
            "positive": rng.binomial(answered, 0.7)}  # fmt: skip


def _standards(rng):
    units, names = [f"unit {i}" for i in range(6)], [f"Standard {i}" for i in range(1, 9)]
    status = rng.choice(["met", "partly", "not_met"], (len(units), len(names)), p=[0.8, 0.12, 0.08])
    rows = [(u, n, "core" if i < 5 else "developmental", "2023-09-01", status[j, i])
            for j, u in enumerate(units) for i, n in enumerate(names)]  # fmt: skip
    return dict(
        zip(("unit", "standard", "level", "assessed", "status"), map(list, zip(*rows, strict=True)), strict=True)
    )


def linked(own):
    return linking.link(own["stays"], own.since, own.until)
