"""Small frames in the shape of the methods' results, for tests of what is shown."""

import pandas as pd

from needs.data.geography import Region
from needs.values import Estimate, Provenance

KNOWN = Provenance("modelled", ("x#y",))
LONDON = Region("2023-24", "london", "London", "E40000003")
NORTH = Region("2023-24", "north-east-and-yorkshire", "North East and Yorkshire", "E40000012")
FOOTPRINT = Region("2023-24", "thames-valley-and-wessex", "Thames Valley and Wessex", "thames-valley-and-wessex")
AREAS = (LONDON, NORTH, FOOTPRINT)


def figure(value, *ends, kind="published", source="x#z"):
    return Estimate(value, *ends, kind=kind, source=(source,))


def rows(scale=1.0):
    """Rows of one area, as Demand.rows gives them."""
    patients = {"high": 132.3, "medium": 547.6, "low": 553.9, "all": 1233.8, "step_down": 89.1, "community": 759.0}
    frame = pd.DataFrame({"tier": list(patients), "share": 0.205, "patients": list(patients.values())})
    for level, down, up in ((80, 0.75, 1.05), (95, 0.71, 1.08)):
        frame[f"patients_lower_{level}"] = frame["patients"] * down
        frame[f"patients_upper_{level}"] = frame["patients"] * up
    numbers = [name for name in frame if name.startswith("patients")]
    frame[numbers] *= scale
    parts = {"from_parameters": [0.1] * 4 + [0.9] * 2, "from_rule": [0.8] * 4 + [0.05] * 2, "from_chance": 0.1}
    return frame.assign(**parts, below=[0.5, 0.6, 0.62, 0.611, 0.4, 0.3])


def by_rule(*names):
    people = {"Need": 1234.0, "Adults": 921.0, "A user's own weights": 1000.0}
    found = pd.DataFrame({"label": list(names), "patients": [people[name] for name in names], "share": 0.2})
    return found.assign(
        chosen=found["label"] == "Need",
        high=0.1 * found["patients"],
        medium=0.4 * found["patients"],
        low=0.5 * found["patients"],
    )


def by_age(scale=1.0):
    groups = ["18_24", "25_34+35_44", "45_54", "55_64+65_plus"]
    frame = pd.DataFrame([(sex, group) for sex in ("male", "female") for group in groups], columns=["sex", "group"])
    frame["patients"] = [75.0, 700.0, 120.0, 23.0, 46.0, 196.0, 50.0, 15.0]
    frame["patients"] *= scale
    return frame.assign(mean_lower_95=frame["patients"] * 0.4, mean_upper_95=frame["patients"] * 1.6)


def compared(*ratios, cell="london", name="London", phi=4.0, width=0.2):
    """Use against need, cell by cell: the first ratio is of the cell that is named, others of areas of their own."""
    others = [("east-midlands", "East Midlands"), ("yorkshire-and-the-humber", "Yorkshire and the Humber")]
    frame = pd.DataFrame([(cell, name), *others[: len(ratios) - 1]], columns=["cell", "name"])
    frame["expected"], frame["ratio"] = [100.0 + 20 * n for n in range(len(frame))], ratios
    frame["count"] = frame["expected"] * frame["ratio"]
    frame = frame.assign(ratio_lower=frame["ratio"] * 0.9, ratio_upper=frame["ratio"] * 1.1, weight=0.9, phi=phi)
    frame["shrunk"] = 1 + 0.9 * (frame["ratio"] - 1)
    for level, times in (("95", 1), ("99_8", 1.5)):
        frame[f"limit_lower_{level}"], frame[f"limit_upper_{level}"] = 1 - times * width, 1 + times * width
    frame["share"] = frame["count"] / frame["count"].sum()
    frame["by_need"], frame["by_use"] = 1000.0, 1000.0 * frame["ratio"]
    frame = frame.assign(by_need_lower=900.0, by_need_upper=1200.0, gap=frame["by_use"] - 1000.0)
    return frame.assign(gap_lower=frame["by_use"] - 1200.0, gap_upper=frame["by_use"] - 900.0)


def fan(last):
    """Ten years from 1,000 patients to ``last``."""
    frame = pd.DataFrame({"year": [0, 5, 10], "patients": [1000.0, (1000.0 + last) / 2, last]})
    for level, width in ((80, 0.1), (95, 0.2)):
        frame[f"patients_lower_{level}"] = frame["patients"] * (1 - width)
        frame[f"patients_upper_{level}"] = frame["patients"] * (1 + width)
    return frame
