"""Small frames of options and reinvestment, in the shape of the methods' results, for tests of what is shown."""

import numpy as np
import pandas as pd

from needs.methods.options import Weighed, money, ranked
from needs.methods.reinvestment import Confirmed, Terms, Tried
from needs.methods.spending import PARTS

LABELS = ["One assessment", "40 more step-down places", "Diversion of one in ten", "Transfer within 28 days"]
RATE = 0.035, 0.03


def weighed(spend, delayed, waited=None, *, spread=0.5, draws=40, years=6, seed=1):
    """Scenarios of these means: pounds more and bed-days avoided a year, each with the spread as a share of itself."""
    rng = np.random.default_rng(seed)
    shape = (len(spend), draws, years)

    def around(means):
        sizes = np.asarray(means, float)[:, None, None]
        found = sizes * (1 + spread * rng.normal(size=(*shape[:2], 1))) * np.ones(shape)
        found[..., 0] = 0.0
        return found

    parts = {part: around(np.asarray(spend, float) * share) for part, share in zip(PARTS, SHARES, strict=True)}
    waits = around(delayed if waited is None else waited)
    total = np.asarray(sum(parts.values()))
    names, labels = tuple(f"option-{n}" for n in range(len(spend))), tuple(LABELS[n % 4] for n in range(len(spend)))
    return Weighed(names, labels, total, around(delayed), waits, 0.5 * waits, {}, parts, draws)


SHARES = (1.5, -0.7, 0.0, 0.1, 0.2, -0.1)


def told(found):
    """The frames that the artefacts of options take: ranked and money."""
    return ranked(found, *RATE), money(found, *RATE)


def standards(names, share=0.34):
    """Shares of prisoners in time, today and with each scenario."""
    clocks = [("referral", 14), ("referral", 28), ("acceptance", 28)]
    return pd.DataFrame(
        [
            {"name": name, "label": name, "clock": clock, "days": days, "share": share, "share_lower": share * 0.5,
             "share_upper": min(1.0, share * 1.5)}
            for name in ("today", *names) for clock, days in clocks
        ]
    )  # fmt: skip


def confirmed(close="medium", ward=12, wards=4, feasible=2, tried=2, *, seed=1, safe=True, saving=1e6):
    """A frontier of some wards, of which the first are feasible by formula and the first are simulated."""
    rng = np.random.default_rng(seed)
    closed = ward * np.arange(1, wards + 1)
    frame = pd.DataFrame({"wards": np.arange(1, wards + 1), "closed": closed})
    can = frame["wards"] <= feasible
    frame["affordable_places"] = 2.0 * closed if saving > 0 else np.nan
    frame["safe_places"] = np.where(can, 1.5, np.where(frame["wards"] == feasible + 1, 3.0, np.nan)) * closed
    frame["feasible"] = can & (saving > 0)
    found = {}
    for number in range(1, min(tried, wards) + 1):
        good = safe and (number < tried or tried == wards)
        shift = (-2.0 if good else 3.0) * number
        prisoners = rng.normal(shift, 4.0, 200)
        years = np.full((200, 10), saving * number) * rng.normal(1, 0.8, (200, 1))
        years[:, 0], years[:, 1] = 0.0, -abs(saving) * number * 3
        annual = years[:, 1:].mean(axis=1)
        found[number] = Tried(
            int(closed[number - 1]), int(1.7 * closed[number - 1]), years, annual, prisoners, prisoners, prisoners > -1
        )
    rows = [_row(found[number]) if number in found else {} for number in frame["wards"]]
    columns = [
        "places",
        "safe",
        "prisoners",
        "prisoners_lower",
        "prisoners_upper",
        "spend",
        "spend_lower",
        "spend_upper",
    ]
    more = pd.DataFrame(rows, columns=[*columns, "harm", "harm_any"])
    return Confirmed(pd.concat([frame, more], axis=1), found, Terms(close, ward, wards))


def _row(tried):
    ends = {
        f"{name}{end}": value
        for name, draws in (("prisoners", tried.prisoners), ("spend", -tried.annual))
        for end, value in zip(
            ("", "_lower", "_upper"), (draws.mean(), *np.quantile(draws, [0.025, 0.975])), strict=True
        )
    }
    return {"places": tried.places, "safe": tried.safe, **ends, "harm": tried.harm, "harm_any": tried.harm_any}
