"""The journal tells of the same people as the simulation, one by one."""

import numpy as np
import pandas as pd
import pytest
from wards import wards

from needs.methods import flow_room
from needs.methods.flow import simulate
from needs.methods.flow_journal import journal

ROUND = {"routing": [[0, 0.5, 0], [0.2, 0, 0.4], [0.1, 0.2, 0.1]], "long": [0.3, 0, 0.2]}
BUSY = wards(
    [9.0, 4, 2], [8, 6, 5], [(0.5, 2), (1, 1), (0.5, 2)], **ROUND, active=[7, 3, 2], queue=[2, 1, 0],
    blocked=[[0, 1, 0], [0, 0, 1], [0, 0, 0]], pools=2, outside=np.array([[0, 0, 0], [0, 0, 0], [1, 0, 0]], bool),
    assessment=np.full((1, 2), 0.1), assessments=np.full((1, 2), 2.0),
)  # fmt: skip


@pytest.mark.parametrize("settle", [0, 3])
def test_it_counts_what_the_simulation_counts(settle):
    stays, found = journal(BUSY, 7, settle=settle), simulate(BUSY, 1, seed=7, settle=settle)
    for number, tier in enumerate(BUSY.tiers):
        own = stays[stays["tier"] == tier]
        came = own[(own["admitted"] >= 0) & (own["origin"] != tier)]
        assert len(came) == found.yearly[0, :, number, 3].sum()
        gone = own[own["left"] >= 0]
        ways = [*BUSY.tiers, *BUSY.exits]
        assert gone["to"].value_counts().reindex(ways, fill_value=0).tolist() == found.moves[0, number].tolist()
        there = (own["left"].isna() & (own["admitted"].notna() | own["referred"].isna())).sum()
        assert there == found.histogram[0, -1, number].argmax()
        entered = came[came["origin"].isin(BUSY.origins)]["origin"].value_counts()
        assert entered.reindex(BUSY.origins, fill_value=0).tolist() == found.entries[0, number].tolist()
    waited = stays["admitted"] - stays["accepted"]
    counted = (stays["admitted"] >= 0) & stays["accepted"].notna()
    assert waited[counted].sum() == pytest.approx(found.year("bed_wait").sum())


def test_events_of_a_person_follow_each_other():
    stays = journal(BUSY, 3, settle=2)
    times = stays[["referred", "accepted", "admitted", "ready", "left"]].to_numpy()
    filled = pd.DataFrame(times).ffill(axis=1).to_numpy()
    assert not (filled[:, 1:] < filled[:, :-1]).any()
    same = stays["person"] == stays["person"].shift()
    begun = stays["referred"].fillna(stays["admitted"])
    assert (begun[same] >= stays["left"].shift()[same]).all()
    assert (stays["tier"][same] == stays["to"].shift()[same]).all()
    assert stays["ready"].notna().sum() > 10
    assert stays["to"].isna().equals(stays["left"].isna() & stays["ready"].isna())
    moved = same & stays["ready"].shift().notna()
    assert (stays["admitted"][moved] == stays["left"].shift()[moved]).all()  # from bed to bed
    # between referral and acceptance lie two assessments of 0.1 years on average
    new = stays[(stays["referred"] > -2) & (stays["origin"] == "prison")]
    assert (new["accepted"] - new["referred"]).mean() == pytest.approx(0.2, abs=0.05)


def test_people_of_two_pools_are_two_people():
    both, second = journal(BUSY, 5), journal(BUSY, 5, [1])
    own = both[both["pool"] == 1].reset_index(drop=True)
    assert both.groupby("person")["pool"].nunique().max() == 1
    assert own.drop(columns="person").equals(second.drop(columns="person"))
    assert (own["person"].diff().fillna(0) == second["person"].diff().fillna(0)).all()


def test_a_full_journal_is_written_again_with_more_room(monkeypatch):
    whole, sizes = journal(BUSY, 11, [0]), []
    make = flow_room.room_for

    def small(*size):
        sizes.append(size[-1])
        return make(*size[:-1], size[-1] // 64)

    monkeypatch.setattr(flow_room, "room_for", small)
    assert journal(BUSY, 11, [0]).equals(whole)
    assert len(sizes) > 1
    assert sizes == sorted(sizes)


def test_a_draw_of_its_own():
    assert not journal(BUSY, 1, draw=1).equals(journal(BUSY, 1))
    assert journal(BUSY, 1, draw=1).equals(journal(BUSY, 1, draw=1))


def test_a_pool_that_is_not_there():
    with pytest.raises(ValueError, match=r"pools: \[2\] are not among the 2 of the network"):
        journal(BUSY, 1, [0, 2])
