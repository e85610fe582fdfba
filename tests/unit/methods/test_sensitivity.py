"""What moves an outcome, on models small enough to know; and the inputs and choices it is asked of."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from needs.methods import choice, options
from needs.methods.flow_inputs import JUDGEMENT, named, outcomes
from needs.methods.flow_told import made_up
from needs.methods.pathways import calibrate
from needs.methods.prices import made_up_prices
from needs.methods.sensitivity import LEFT, one_way, turning, variance_shares
from needs.methods.smoothing import smoothed
from needs.methods.value_of_information import collect_first, information
from needs.params.scenario import Scenario

DRAWS = 2000


@pytest.fixture(scope="module")
def inputs():
    drawn = np.random.Generator(np.random.Philox(key=4)).standard_normal((5, DRAWS))
    return pd.DataFrame(dict(zip(("a", "b", "c", "idle", "noise"), drawn, strict=True)))


def shares(inputs, groups, outcome):
    found = variance_shares(inputs, groups, {"y": np.asarray(outcome, float).reshape(len(inputs), -1)})
    return found.set_index("group")["share"]


class TestVarianceShares:
    def test_of_a_linear_model_are_squared_coefficients(self, inputs):
        found = shares(
            inputs, {"a": ["a"], "b and c": ["b", "c"], "idle": ["idle"]}, inputs @ [3.0, 2.0, 1.0, 0.0, 0.0]
        )
        assert found["a"] == pytest.approx(9 / 14, abs=0.03)
        assert found["b and c"] == pytest.approx(5 / 14, abs=0.03)
        assert found["idle"] < 0.01
        assert found[LEFT] == pytest.approx(0, abs=0.01)

    def test_leave_what_only_works_together(self, inputs):
        a, b = inputs["a"], inputs["b"]
        found = shares(inputs, {"a": ["a"], "b": ["b"]}, a + b + a * b)
        assert found.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3], abs=0.05)

    def test_see_curves(self, inputs):
        assert shares(inputs, {"a": ["a"]}, inputs["a"] ** 2)["a"] == pytest.approx(1, abs=0.01)

    def test_leave_chance_out_of_account(self, inputs):
        rng = np.random.Generator(np.random.Philox(key=8))
        paths = (2 * inputs["a"] + inputs["b"]).to_numpy()[:, None] + 2 * rng.standard_normal((DRAWS, 2))
        found = shares(inputs, {"a": ["a"], "b": ["b"]}, paths)
        assert found.tolist() == pytest.approx([0.8, 0.2, 0], abs=0.06)
        told = shares(inputs, {"a": ["a"], "b": ["b"]}, paths.mean(axis=1))
        assert told[LEFT] == pytest.approx(2 / 7, abs=0.05)  # without paths chance cannot be told apart

    def test_count_what_moves_together_twice(self, inputs):
        frame = inputs.assign(b=inputs["a"])
        found = shares(frame, {"a": ["a"], "b": ["b"]}, frame["a"])
        assert found.tolist() == pytest.approx([1, 1, 0], abs=1e-3)

    def test_of_what_does_not_vary_are_nothing(self, inputs):
        assert shares(inputs, {"a": ["a"]}, np.full(DRAWS, 7.0)).tolist() == [0, 0]

    def test_have_an_error_that_holds_them(self, inputs):
        rows, outcome = slice(0, 250), inputs @ [1.0, 1.0, 1.0, 0.0, 0.0]
        found = variance_shares(inputs[rows], {"a": ["a"]}, {"y": outcome.to_numpy()[rows, None]}).iloc[0]
        assert abs(found["share"] - 1 / 3) < 3 * found["error"] < 0.2


class TestOneWay:
    def test_of_a_linear_model_are_its_ends(self, inputs):
        found = one_way(inputs, {"x": ["a", "b"], "none": ["idle"]}, 10 + inputs @ [1.0, -3.0, 1.0, 0.0, 0.0])
        assert found["name"].tolist() == ["b", "a", "idle"]
        assert found["group"].tolist() == ["x", "x", "none"]
        assert found["clear"].tolist() == [True, True, False]
        b, a = (found.iloc[row] for row in (0, 1))
        assert [b["low_input"], b["high_input"]] == pytest.approx([-1.96, 1.96], abs=0.12)
        assert [b["low"], b["high"]] == pytest.approx([10 + 5.9, 10 - 5.9], abs=0.5)
        assert a["low"] < 10 < a["high"]
        assert found["centre"].to_numpy() == pytest.approx(10, abs=0.15)

    def test_have_the_error_of_a_regression(self, inputs):
        """A straight line: at 1.96 standard deviations sigma sqrt((1 + 1.96^2) / n)."""
        found = one_way(inputs, {"x": ["a"]}, 5 * inputs["a"] + inputs["noise"]).iloc[0]
        assert found["high_error"] == pytest.approx(np.sqrt((1 + 1.96**2) / DRAWS), rel=0.5)

    def test_do_not_find_idle_inputs(self):
        rng = np.random.Generator(np.random.Philox(key=2))
        frame = pd.DataFrame(rng.standard_normal((250, 40)), columns=[f"x{n}" for n in range(40)])
        found = [one_way(frame, {"x": list(frame)}, rng.standard_normal(250))["clear"].sum() for _ in range(3)]
        assert sum(found) <= 1


class TestTurning:
    def test_names_what_is_best_at_each_end(self, inputs):
        nb = np.column_stack([np.zeros(DRAWS), 1 + 2 * inputs["a"], 0.2 - 2 * inputs["a"] + inputs["noise"]])
        found = turning(inputs, {"x": ["a", "idle"]}, nb, ["today", "more", "less"]).set_index("name")
        a = found.loc["a"]
        assert (a["low_choice"], a["high_choice"], a["low_rival"], a["high_rival"]) == ("less", "more", "less", "today")
        assert a["low"] == pytest.approx(0.8 - 4 * 1.96, abs=0.6)
        assert a["high"] == pytest.approx(1 + 2 * 1.96, abs=0.4)  # over going on as today
        assert found.loc["idle", ["low_choice", "high_choice"]].tolist() == ["more", "more"]
        assert found["centre"].to_numpy() == pytest.approx(0.8, abs=0.2)

    def test_keeps_a_lead_that_is_lost_at_both_ends(self, inputs):
        """A V upside down: the middle option, 1 - |x|, leads by 1 at x = 0, and loses to x or -x by 2 |x| - 1 at the ends."""
        a = inputs["a"]
        nb = np.column_stack([a, 1 - a.abs() / 2, -a]) - 0.1 * inputs[["b", "c", "noise"]].to_numpy()
        found = turning(inputs, {"x": ["a", "idle"]}, nb, ["left", "middle", "right"])
        first, idle = found.iloc[0], found.iloc[1]
        assert (first["name"], first["low_choice"], first["high_choice"]) == ("a", "right", "left")
        assert [first["low"], first["high"]] == pytest.approx([1 - 1.5 * 1.96] * 2, abs=0.15)
        assert abs(first["high"] - first["low"]) < 0.2  # the ends lie apart by nothing
        assert (first["clear"], idle["clear"]) == (True, False)

    def test_keeps_what_an_end_loses_though_it_hardly_moves(self, inputs):
        """A lead told to be below 0 everywhere is clear of chance at every end, however little it moves there."""
        nb = np.column_stack([np.zeros(DRAWS), 1 + inputs["a"]])
        assert turning(inputs, {"x": ["idle"]}, nb, ["today", "more"], best="today")["clear"].tolist() == [True]
        assert turning(inputs, {"x": ["idle"]}, nb, ["today", "more"])["clear"].tolist() == [False]

    def test_sorts_by_the_further_end(self, inputs):
        """From the centre to an end: 3 x 1.96 = 5.9 for a, 3 (1.96^2 - 1) = 8.5 for b, whose ends lie apart by nothing."""
        nb = np.column_stack([np.zeros(DRAWS), 20 + 3 * inputs["a"] + 3 * inputs["b"] ** 2])
        found = turning(inputs, {"x": ["a", "b"]}, nb, ["today", "more"])
        assert found["name"].tolist() == ["b", "a"]
        assert found["clear"].all()

    def test_leads_by_the_option_told(self, inputs):
        nb = np.column_stack([np.zeros(DRAWS), 1 + inputs["a"]])
        found = turning(inputs, {"x": ["a"]}, nb, ["today", "more"], best="today")
        assert found["centre"].iloc[0] == pytest.approx(-1, abs=0.1)

    def test_has_no_row_where_nothing_differs(self, inputs):
        assert turning(inputs, {"x": ["a"]}, np.zeros((DRAWS, 3)), ["today", "b", "c"]).empty
        assert turning(inputs, {"x": ["a"]}, np.zeros((DRAWS, 1)), ["today"]).empty


class TestSmoothed:
    def test_foretells_draws_it_has_not_seen_as_a_refit_would(self):
        rng = np.random.Generator(np.random.Philox(key=6))
        x = rng.standard_normal((40, 1))
        y = 2 * x[:, 0] + 0.1 * rng.standard_normal(40)
        found = smoothed(x, y)
        again = smoothed(np.delete(x, 7, axis=0), np.delete(y, 7))
        order = np.delete(x, 7, axis=0)[:, 0].argsort()
        refit = np.interp(x[7, 0], np.delete(x, 7, axis=0)[order, 0], again.fitted[order, 0])
        assert found.left_out[7, 0] == pytest.approx(refit, abs=0.03)

    def test_is_flat_for_inputs_that_do_not_vary(self):
        y = np.arange(20.0)
        assert np.allclose(smoothed(np.full(20, 3.0), y).fitted, y.mean())

    def test_takes_inputs_of_few_values(self):
        x = np.tile([0.0, 1.0], 100)
        assert smoothed(x, 3 * x).fitted[:2, 0].tolist() == pytest.approx([0, 3], abs=0.01)

    @pytest.mark.parametrize(("inputs", "outcome"), [(np.zeros(5), np.zeros(5)), (np.zeros(20), np.zeros(21))])
    def test_refuses_what_does_not_fit(self, inputs, outcome):
        with pytest.raises(ValueError, match="give ten or more of both"):
            smoothed(inputs, outcome)


class TestInformation:
    def test_ranks_groups_and_options(self, inputs):
        nb = np.column_stack([np.zeros(DRAWS), 8 + inputs["a"], 2 * inputs["b"], inputs["c"]])[:, None]
        found = information(nb, inputs, {"c": ["c"], "idle": ["idle"], "b": ["b"]}, ["today", "sure", "big", "small"])
        assert found["group"].tolist() == ["all", "b", "c", "idle"]
        assert found["alone_option"].tolist()[:3] == ["big", "big", "small"]
        assert found["alone"].tolist() == pytest.approx([0.8, 0.8, 0.4, 0], abs=0.05)
        assert not found["shown"].any()  # one option is better than all others
        assert found["alone_shown"].tolist() == [True, True, True, False]
        assert collect_first(found)["option"] == "big"

    def test_of_one_option_is_the_same_alone(self, inputs):
        nb = np.column_stack([np.zeros(DRAWS), -0.3 + inputs["a"] + inputs["b"]])[:, None]
        found = information(nb, inputs, {"a": ["a"]}, ["today", "one"])
        assert found["worth"].tolist() == pytest.approx(found["alone"].tolist())
        assert collect_first(found) == {
            "group": "a", "option": "", "worth": found["worth"][1], "lower": found["worth_lower"][1],
            "upper": found["worth_upper"][1],
        }  # fmt: skip

    def test_everything_is_shown_where_a_part_is(self, inputs):
        rows = slice(0, 250)
        nb = np.column_stack([np.zeros(DRAWS), -1.9 + inputs["a"], -2 + inputs["b"]])[rows, None]
        found = information(nb, inputs[rows], {"a": ["a"], "b": ["b"]}, ["today", "one", "two"])
        assert found["worth_lower"][0] >= found["worth_lower"][1:].max()
        assert found["shown"][0] or not found["shown"].any()

    def test_without_an_option_is_nothing(self, inputs):
        found = information(np.zeros((DRAWS, 2, 1)), inputs, {"a": ["a"]}, ["today"])
        assert found["worth"].tolist() == [0, 0]
        assert found["alone_option"].tolist() == ["", ""]
        assert collect_first(found) is None


@pytest.fixture(scope="module")
def ways():
    return calibrate(*made_up(), years=3, parameter_draws=60, paths=2, seed=1)


class TestNamed:
    def test_takes_one_value_a_draw(self, ways):
        prices = made_up_prices(120)
        prices.closure[:] = np.repeat(np.arange(60.0), 2)
        found = named(ways, prices)
        assert found.values["closure"].tolist() == list(range(60))
        assert np.allclose(found.values["stay.low"], ways.held[:, 2])
        assert found.values["route.community.recall"].between(0, 1).all()
        assert found.values["origin.medium.prison"].mean() == pytest.approx(0.6, abs=0.05)
        assert sorted(name for names in found.groups.values() for name in names) == sorted(found.values)

    def test_leaves_out_what_does_not_vary_or_moves_with_another(self, ways):
        prices, costs = made_up_prices(120), np.repeat(np.arange(60.0) + 5, 2)
        for tier, times in (("high", 3.0), ("medium", 2.0), ("low", 1.0)):
            prices.year_cost[tier][:] = times * costs
        found = named(ways, prices)
        assert found.groups["bed_cost"] == ["cost.medium"]
        assert not any(name.startswith("people.") for name in found.values)  # one row of people in the made-up area

    def test_parts_the_judgement_from_facts(self, ways):
        prices = made_up_prices(120)
        prices.worth_of_wait[:] = np.repeat(np.arange(60.0), 2)
        found = named(ways, prices)
        assert found.groups[JUDGEMENT] == ["worth_of_wait"]
        assert JUDGEMENT not in found.facts
        assert set(choice.held_central(prices).worth_of_wait) == {29.5}

    def test_outcomes_of_today_are_spend_beds_and_people(self, ways):
        now, prices = ways.follow(), replace(made_up_prices(120), fixed_share=np.zeros(120))  # empty beds are free
        found = outcomes(ways, now, prices)
        assert found["blocked"].mean() == pytest.approx(now.year("blocked", "high", "medium", "low").mean())
        plain = sum(now.year("occupied", tier).mean() * cost.mean() for tier, cost in prices.year_cost.items())
        assert found["spend"].mean() == pytest.approx(plain)


class TestChoice:
    def test_by_path_is_net_benefit_before_the_mean(self):
        from option_frames import weighed

        told, prices = weighed([1e6, -2e6], [3000.0, 500.0], draws=40), made_up_prices(40)
        paths = choice.by_path(told, prices, 0.035, 0.03)
        assert paths.shape == (40, 1, 3)
        assert np.allclose(paths.mean(axis=1), options.net_benefit(told, prices, 0.035, 0.03))

    def test_best_and_lead_are_of_one_measure(self):
        """Days that go with their worth by chance make ``shut`` the best; the best with that worth held central leads."""
        worth, waited = (
            np.tile([1.0, 3.0], 10),
            np.column_stack([np.zeros(20), np.full(20, 2.0), np.tile([0.0, 3.9], 10)]),
        )
        drawn, settled = (days[:, None] for days in (worth[:, None] * waited, 2 * waited))
        assert drawn.mean(axis=(0, 1)) == pytest.approx([0, 4, 5.85])
        benefit, names = choice.centred(drawn, settled), ["today", "more", "shut"]
        assert benefit.mean(axis=(0, 1)) == pytest.approx([0, 4, 3.9])
        assert np.allclose((benefit - drawn).std(axis=(0, 1)), 0)
        lead = choice.lead(settled, names)
        assert lead == choice.Lead("more", "shut")
        found = turning(pd.DataFrame({"a": worth}), {"x": ["a"]}, benefit.mean(axis=1), names, lead.best)
        assert found["centre"].tolist() == pytest.approx([0.1])

    @pytest.mark.parametrize(("ahead", "tied"), [(0.1, "shut"), (0.19, "shut"), (0.21, ""), (5.0, "")])
    def test_options_are_told_apart_by_two_standard_errors(self, ahead, tied):
        """Of 101 draws of plus and minus 1 about ``ahead``, the mean has a standard error of 0.1."""
        apart = np.append(np.tile([1.0, -1.0], 50), 0.0)
        nb = np.column_stack([np.full(101, -9.0), np.full(101, ahead), apart])[:, None]
        assert apart.std(ddof=1) / np.sqrt(101) == pytest.approx(0.0995, abs=1e-4)
        assert choice.lead(nb, ["today", "more", "shut"]) == choice.Lead("more", tied)

    def test_an_option_like_the_best_is_no_other_choice(self):
        assert choice.lead(np.zeros((9, 2, 3)), ["today", "b", "c"]) == choice.Lead("today", "")
        assert choice.lead(np.zeros((9, 2, 1)), ["today"]) == choice.Lead("today", "")

    @pytest.mark.parametrize(
        ("levers", "counted"),
        [
            ({"open": [{"tier": "step_down", "number": 9}]}, True),
            ({"close": [{"tier": "low", "number": 9, "year": 3}]}, True),
            ({"close": [{"tier": "low", "number": 9, "year": 3}], "community_caseload": 5}, False),
            ({"meet": {"days": 14}}, True),
            ({"assessments": 1}, False),
            ({"stay": {"low": 0.9}}, False),
            ({"diversion": 0.1, "delayed": 0.5}, False),
            ({"bring_back": 0.5}, False),
            ({"independent_share": {"low": 0.0}}, False),
            ({"direct_admission": 1}, False),
        ],
    )
    def test_only_options_whose_own_cost_is_counted_compete(self, levers, counted):
        told = Scenario(name="one", label="One thing", because="an example", levers=levers)
        assert choice.priced([told]) == ([told] if counted else [])
