"""What is left over between regions and country: people and pounds, never how a computer adds."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from needs.present.nation_sums import adding_up, adding_up_money
from needs.values import Provenance

KNOWN = Provenance("modelled", ("x#y",))


def rows(left: float, **more: list[float]) -> pd.DataFrame:
    whole = 2e6
    return pd.DataFrame({"label": ["All"], "regions": [whole - left], "missing": [0.0], "whole": [whole], **more})


@pytest.mark.parametrize(("left", "kept"), [(1e-9, 0.0), (-1e-9, 0.0), (0.25, 0.25), (-37.5, -37.5)])
def test_people_left_over(left: float, kept: float) -> None:
    made = adding_up(rows(left), "3 regions", "England", KNOWN)
    assert made.data["residual"].tolist() == [kept]
    assert math.copysign(1, made.data["residual"].iloc[0]) == (-1 if kept < 0 else 1)


@pytest.mark.parametrize(("left", "kept"), [(0.0023, 0.0), (-0.0023, 0.0), (1250.4, 1250.0)])
def test_pounds_left_over_are_whole(left: float, kept: float) -> None:
    frame = rows(left, reported=[2e6 - left + 0.0031])
    made = adding_up_money(frame, "3 regions", "England", [], KNOWN)
    assert made.data[["residual", "beyond"]].to_numpy().tolist() == [[kept, 0.0]]
    assert not (made.data[["residual", "beyond"]].map(lambda value: math.copysign(1, value)) < 0).to_numpy().any()
