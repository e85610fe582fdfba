"""Made-up service data: whole, within the beds, the same for a seed, with faults at known rates alone."""

import re

import numpy as np
import pandas as pd
import pytest

from needs.dataset import TABLES
from needs.methods.example.synthetic import EXAMPLE, synthetic
from needs.methods.example.synthetic_edition import edition
from needs.methods.example.synthetic_faults import BLANKS, LATE, LEAVE, TWICE
from needs.methods.example.synthetic_people import history
from needs.methods.service.linking import link
from needs.values import TIERS

SLUGS = list(EXAMPLE)


@pytest.fixture(scope="module", params=SLUGS)
def region(request):
    return EXAMPLE[request.param], synthetic(EXAMPLE[request.param], 5)


def days_of(truth):
    return pd.Timestamp(truth.since), pd.Timestamp(truth.until)


def test_every_table_is_as_the_definition_has_it(region):
    _, tables = region
    for table in TABLES:
        frame = tables[table.name]
        assert list(frame) == [*table.names, "row"]
        assert len(frame) > 10
        assert frame["row"].tolist() == list(range(2, len(frame) + 2))
        assert not (table.key and frame.duplicated(list(table.key)).any())
        for column in table.columns:
            cells = frame[column.name]
            assert not (column.required and cells.isna().any())
            if column.words:
                assert cells.cat.categories.tolist() == list(column.words)
            if column.lowest is not None:
                assert (cells.dropna() >= column.lowest).all()
            if column.highest is not None:
                assert (cells.dropna() <= column.highest).all()


def test_days_lie_in_the_data(region):
    truth, tables = region
    since, until = days_of(truth)
    stays = tables["stays"]
    assert stays["admitted"].max() <= until
    assert stays["discharged"].min() >= since
    assert (stays["discharged"].dropna() <= until).all()
    assert (stays["discharged"].isna() == stays["destination"].isna()).all()
    assert (stays["clinically_ready"] > stays["discharged"]).sum() == 0
    assert (stays["clinically_ready"] < stays["admitted"]).sum() == 0
    for name, column in (
        ("reviews", "reviewed"),
        ("outcomes", "day"),
        ("health", "checked"),
        ("standards", "assessed"),
    ):
        assert tables[name][column].between(since, until).all()
    events = tables["referrals"]
    assert events["day"].max() <= until
    assert (events.groupby("referral_key")["day"].diff().dropna() >= pd.Timedelta(0)).all()
    assert events.groupby("referral_key")["event"].first().eq("referred").all()


def test_keys_are_neither_names_nor_numbers_of_the_health_service(region):
    truth, tables = region
    keys = pd.concat([tables[table.name]["person_key"] for table in TABLES if table.about_people])
    assert keys.map(lambda key: re.fullmatch(rf"{truth.key}-\d{{6}}", key) is not None).all()


def test_nobody_is_in_two_beds_and_no_tier_has_more_people_than_beds(region):
    truth, tables = region
    since, until = days_of(truth)
    stays = tables["stays"]
    linked = link(stays, since, until)
    assert linked.excluded.empty
    assert linked.joined == 0
    own = history(truth, 5).stays
    for at in np.linspace(0.1, truth.years - 0.1, 24):
        there = own[(own["admitted"] <= at) & ~(own["left"] <= at)]
        for tier in (*TIERS, "step_down"):
            assert (there["tier"] == tier).sum() <= truth.beds[tier]
        units = there.loc[there["tier"].isin(TIERS), "place"].value_counts()
        assert all(people <= truth.units[place].beds + 5 for place, people in units.items())


def test_a_move_within_a_tier_leads_to_another_unit(region):
    _, tables = region
    stays = tables["stays"].sort_values(["person_key", "admitted"])
    moved = (stays["person_key"] == stays["person_key"].shift()) & (
        stays["source"].astype(str) == stays["tier"].astype(str)
    )
    assert moved.sum() > 5
    assert (stays["unit"] != stays["unit"].shift())[moved].all()


def test_bed_days_of_finance_are_those_of_the_stays(region):
    _, tables = region
    finance, stays = tables["finance"], tables["stays"]
    start, end = pd.Timestamp("2022-04-01"), pd.Timestamp("2023-04-01")
    own = stays[stays["tier"].isin(TIERS)]
    used = (own["discharged"].fillna(end).clip(upper=end) - own["admitted"].clip(lower=start)).dt.days.clip(lower=0)
    told = finance[finance["period"] == "2022-23"].groupby("tier", observed=True)["occupied_bed_days"].sum()
    counted = used.groupby(own["tier"], observed=True).sum()
    assert counted[list(TIERS)].to_numpy() == pytest.approx(told[list(TIERS)].to_numpy(), rel=0.01)
    assert set(finance["period"]) == {f"20{year}-{year + 1}" for year in range(20, 26)}


def test_outcomes_are_of_people_who_had_left(region):
    _, tables = region
    stays, outcomes = tables["stays"], tables["outcomes"]
    out = stays[
        stays["tier"].isin(TIERS)
        & stays["destination"].isin(["step_down", "community", "discharge", "general_psychiatry"])
    ]
    first = outcomes["person_key"].map(out.groupby("person_key")["discharged"].min())
    assert (outcomes["day"] >= first).all()
    back = outcomes[outcomes["event"] == "readmission"].merge(
        stays[stays["tier"].isin(TIERS)], left_on=["person_key", "day"], right_on=["person_key", "admitted"]
    )
    assert len(back) == (outcomes["event"] == "readmission").sum() > 5
    dead = outcomes[outcomes["event"] == "death"].set_index("person_key")["day"]
    assert not (stays["admitted"] > stays["person_key"].map(dead)).any()


def test_the_same_seed_gives_the_same_rows_and_another_gives_others():
    truth = EXAMPLE["eastvale"]
    one, again, other = (synthetic(truth, seed, faults=True) for seed in (8, 8, 9))
    for table in TABLES:
        assert one[table.name].equals(again[table.name])
    assert not one["stays"].equals(other["stays"])


def test_faults_come_at_their_rates():
    truth = EXAMPLE["southmoor"]
    whole = [synthetic(truth, seed) for seed in range(4)]
    faulty = [synthetic(truth, seed, faults=True) for seed in range(4)]
    for name, columns in BLANKS.items():
        for column, share in columns.items():
            before, after = (pd.concat([tables[name][column] for tables in those]) for those in (whole, faulty))
            filled = before.notna().mean()
            assert after.notna().mean() / filled == pytest.approx(1 - share, abs=0.02)
    for before, after in zip(whole, faulty, strict=True):
        more = len(after["stays"]) - len(before["stays"])
        assert 0 < more < 40
        assert not after["stays"]["discharged"].isna().all()
    assert max(TWICE, LATE, LEAVE) < 0.05


def test_linking_resolves_the_faults():
    truth = EXAMPLE["southmoor"]
    whole, faulty = synthetic(truth, 3), synthetic(truth, 3, faults=True)
    found = link(faulty["stays"], *days_of(truth))
    rules = found.resolved.set_index("rule")["rows"]
    assert rules["leave"] > 0
    assert rules["discharge_late"] > 0
    assert (found.excluded["reason"] == "same_row_again").sum() > 0
    assert abs(len(found.stays) - len(whole["stays"])) <= 0.01 * len(whole["stays"])


@pytest.mark.parametrize("slug", SLUGS)
def test_truths_hold_together(slug):
    truth = EXAMPLE[slug]
    for shares in (*truth.routes.values(), truth.boards, truth.diagnosis, truth.recalled_to):
        assert sum(shares.values()) == pytest.approx(1)
        assert min(shares.values()) >= 0
    assert sum(share for share, _ in truth.ethnicity.values()) == pytest.approx(1)
    assert truth.ethnicity["white"][1] == 1
    assert truth.tenths.sum() == pytest.approx(1)
    told = truth.hazards
    for tier in ("step_down", "community"):  # the same hazards with and without a caseload
        mean = truth.stay[tier].mean
        assert truth.routes[tier]["died"] / mean == pytest.approx(told.death)
        assert sum(truth.routes[tier][to] for to in truth.recalled_to) / mean == pytest.approx(told.recall)


def test_the_regions_of_the_edition_make_up_its_country():
    tables = edition()
    people = tables["population"].pivot_table(index="region_code", columns=["period", "sex", "measure"], values="value")
    for period in ("mid-2024", "mid-2025"):
        both = people[period]["female"] + people[period]["male"]
        assert (both == people[period]["persons"]).all(axis=None)
        bands = [
            name
            for name in both
            if re.fullmatch(r"population_\d\d_(\d\d|plus)", name)
            and name not in ("population_18_64", "population_18_plus")
        ]
        assert (both[bands].sum(axis=1) == both["population_18_plus"]).all()
    adults = people["mid-2025"]["persons"]["population_18_plus"]
    tenth = (
        tables["residents"]
        .query("measure == 'percent_of_people_in_most_deprived_tenth'")
        .set_index("region_code")["value"]
    )
    assert (tenth * adults).sum() / adults.sum() == pytest.approx(10, abs=0.5)
