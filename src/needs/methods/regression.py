"""Regression of counts on need and supply, with its error, its limits and supply taken out."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from needs.methods.rates import Floats, critical_value, nonnegative
from needs.methods.shrinkage import small_sample_table

__all__ = [
    "FEWEST_AREAS",
    "AreaModel",
    "CountModel",
    "Family",
    "NeedPrediction",
    "Role",
    "fit_areas",
    "fit_counts",
]

Family = Literal["poisson", "quasi", "negative_binomial"]
Role = Literal["need", "supply"]

FEWEST_AREAS = 20
"""With fewer areas a regression of use on need says more of chance and supply than of need."""

AREAS_PER_COVARIATE = 10
OVERDISPERSED = 1.5


@dataclass(frozen=True)
class CountModel:
    """A fitted regression of counts with a log link and log people as its offset.

    Parameters
    ----------
    coefficients, covariance : DataFrame
        ``estimate, se, lower, upper`` on the log scale, rows ``const`` and the covariates; and the
        covariance of the estimates. Scaled by the dispersion for ``quasi``.
    dispersion : float
        Pearson chi-squared over its degrees of freedom; about 1 where the family fits.
    alpha, family : float, str
        Negative binomial: variance ``mu + alpha mu^2``; 0 for ``poisson`` and ``quasi``.
    """

    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    dispersion: float
    alpha: float
    family: Family

    def predict(self, people: npt.ArrayLike, covariates: pd.DataFrame) -> Floats:
        """Return expected counts; covariates are found by name, and an unknown or missing one is refused."""
        beta = self.coefficients["estimate"]
        n = _aligned(people, covariates, "people")
        if set(covariates) != set(beta.index[1:]):
            raise ValueError(f"the model has covariates {list(beta.index[1:])}, got {list(covariates)}")
        x = covariates[beta.index[1:]].to_numpy(float)
        return np.asarray(n * np.exp(beta.iloc[0] + x @ beta.to_numpy()[1:]), float)


@dataclass(frozen=True)
class NeedPrediction:
    """What areas use, and what they would use by need alone.

    Parameters
    ----------
    frame : DataFrame
        ``use_based, need_based, gap`` for each area, in events; the gap is use less need.
    notes : tuple of str
        What was set aside, and why.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...]


@dataclass(frozen=True)
class AreaModel:
    """A regression across areas, its error, and the roles of its covariates.

    Parameters
    ----------
    model : CountModel
        The fit to all areas.
    errors : DataFrame
        Of predictions: rows ``in_sample`` and ``leave_one_out``; columns ``rmse_log_rate`` (half an event is added to
        observed and predicted, so that 0 has a log) and ``absolute_error_share`` (sum of absolute
        errors over the sum of events).
    roles, means : dict, Series
        ``need`` or ``supply``, and the national, population-weighted mean, by covariate.
    advice : str
        What to use instead where the counts are too scattered for the family; empty otherwise.
    """

    model: CountModel
    errors: pd.DataFrame
    roles: dict[str, Role]
    means: pd.Series[float]
    advice: str

    def predict_need(self, people: npt.ArrayLike, covariates: pd.DataFrame) -> NeedPrediction:
        """Predict use, and need with supply set to the national mean ("sterilised").

        A need covariate with a negative coefficient is taken as unmet need and its coefficient set to
        zero, which is the same as setting it to its national mean: the level stays, the gradient
        goes. Totals are not benchmarked here.
        """
        slopes = self.model.coefficients["estimate"].iloc[1:]
        supply = [name for name, role in self.roles.items() if role == "supply"]
        unmet = [name for name, role in self.roles.items() if role == "need" and slopes[name] < 0]
        use = self.model.predict(people, covariates)
        neutral = {name: float(self.means[name]) for name in (*supply, *unmet)}
        need = self.model.predict(people, covariates.assign(**neutral))
        frame = pd.DataFrame({"use_based": use, "need_based": need, "gap": use - need}, index=covariates.index)
        sterilised = (f"{name}: supply, set to its national mean of {neutral[name]:.4g}" for name in supply)
        zeroed = (f"{name}: need, its coefficient of {slopes[name]:.4g} set to zero as unmet need" for name in unmet)
        return NeedPrediction(frame, (*sterilised, *zeroed))


def fit_counts(
    counts: npt.ArrayLike,
    people: npt.ArrayLike,
    covariates: pd.DataFrame,
    family: Family = "poisson",
    level: float = 0.95,
) -> CountModel:
    """Fit counts to covariates by a generalised linear model with an offset.

    Parameters
    ----------
    counts : array_like, (rows,)
        Whole events.
    people : array_like, (rows,)
        People, person-years or expected events, above 0. A Series has the index of ``covariates``.
    covariates : DataFrame, rows x covariates
        Numbers; a constant is added.
    family : str
        ``poisson``; ``quasi`` (Poisson with standard errors scaled by the dispersion); or
        ``negative_binomial`` (NB2, its ``alpha`` by maximum likelihood).
    level : float
        Coverage of the intervals.

    Raises
    ------
    ValueError
        For counts that are not whole numbers or all 0, rows without people, covariates that are
        missing, constant or collinear, rows in another order, more coefficients than rows allow,
        or a fit that does not settle.

    Notes
    -----
    ``log E[O_i] = log(P_i) + x_i' beta``; ``dispersion = sum (O - mu)^2 / V(mu) / (n - k)``;
    the covariance is the inverse of the observed information.

    References
    ----------
    McCullagh P, Nelder JA (1989). Generalized linear models, second edition. Chapman and Hall.

    Examples
    --------
    >>> model = fit_counts([4, 9, 15, 36], [100, 200, 150, 300], pd.DataFrame({"x": [0, 0, 1, 1]}))
    >>> model.coefficients["estimate"].round(3).to_dict()  # rates 13/300 and 51/450
    {'const': -3.139, 'x': 0.961}
    >>> model.predict([1000, 1000], pd.DataFrame({"x": [0, 1]})).round(1).tolist()
    [43.3, 113.3]
    """
    if family not in get_args(Family):
        raise ValueError(f"{family!r} is not a family: {', '.join(get_args(Family))}")
    y, n, x = _checked(counts, people, covariates)
    alpha = _overdispersion(y, n, x) if family == "negative_binomial" else 0.0
    fit = _fit(y, n, x, alpha)
    dispersion = float(fit.pearson_chi2 / fit.df_resid)
    names = ["const", *map(str, covariates)]
    information = -fit.model.hessian(fit.params, scale=dispersion if family == "quasi" else 1.0)
    covariance = pd.DataFrame(np.linalg.inv(information), index=names, columns=names)
    estimate, se = pd.Series(fit.params, names), pd.Series(np.sqrt(np.diag(covariance)), names)
    half = critical_value(level) * se
    table = pd.DataFrame({"estimate": estimate, "se": se, "lower": estimate - half, "upper": estimate + half})
    return CountModel(table, covariance, dispersion, alpha, family)


def fit_areas(
    counts: npt.ArrayLike,
    people: npt.ArrayLike,
    covariates: pd.DataFrame,
    family: Family = "poisson",
    roles: Mapping[str, Role] | None = None,
    level: float = 0.95,
) -> AreaModel:
    """Regress the use of areas on need and supply, as far as the evidence carries it.

    Parameters
    ----------
    counts, people, covariates, family, level
        See :func:`fit_counts`; a row is an area.
    roles : mapping of str to str, optional
        ``need`` or ``supply`` for every covariate; all are need by default.

    Raises
    ------
    ValueError
        For fewer than 20 areas, more than one covariate for each 10 areas, roles that do not name
        the covariates, one area that alone decides a coefficient, and whatever :func:`fit_counts` refuses.

    Notes
    -----
    Leaving out refits every model without one area, all at once, by iteratively reweighted least
    squares; the alpha of a negative binomial stays at its value for all areas.

    References
    ----------
    Gravelle H, Sutton M, Morris S, et al. (2003). Modelling supply and demand influences on the use of
    health care: implications for deriving a needs-based capitation formula. Health Economics
    12(12):985-1004.

    Examples
    --------
    >>> x = pd.DataFrame({"beds": np.arange(20.0)})
    >>> model = fit_areas(np.arange(10, 30), [1000] * 20, x, roles={"beds": "supply"})
    >>> bool(model.errors["rmse_log_rate"]["leave_one_out"] > model.errors["rmse_log_rate"]["in_sample"])
    True
    >>> model.predict_need([1000, 1000], x[:2]).notes
    ('beds: supply, set to its national mean of 9.5',)
    """
    _refuse_small(*covariates.shape)
    known: dict[str, Role] = dict(roles) if roles is not None else dict.fromkeys(map(str, covariates), "need")
    if set(known) != set(covariates) or not set(known.values()) <= set(get_args(Role)):
        raise ValueError(f"roles say need or supply for each of {list(covariates)}, got {known}")
    model = fit_counts(counts, people, covariates, family, level)
    y, n, x = _checked(counts, people, covariates)
    fitted = model.predict(n, covariates)
    left_out = _leave_one_out(y, n, x, model, fitted, covariates.index)
    errors = pd.DataFrame([_errors(y, fitted), _errors(y, left_out)], index=["in_sample", "leave_one_out"])
    advice = ""
    if family == "poisson" and model.dispersion > OVERDISPERSED:
        advice = (
            f"the dispersion is {model.dispersion:.3g}, above {OVERDISPERSED}: Poisson standard errors are too small; "
            "use family 'quasi' or 'negative_binomial'"
        )
    means = pd.Series(n @ x[:, 1:] / n.sum(), list(covariates))
    return AreaModel(model, errors, known, means, advice)


def _refuse_small(areas: int, covariates: int) -> None:
    if areas < FEWEST_AREAS:
        least = small_sample_table(max(areas, 3))["least_correlation"][0]
        raise ValueError(
            f"no regression of use on need across {areas} areas: |r| must pass {least:.2f} to differ from 0, and "
            f"the use of large areas is mostly supply. {FEWEST_AREAS} or more are needed; for fewer, apply published "
            "coefficients of small areas or people"
        )
    if covariates > areas // AREAS_PER_COVARIATE:
        raise ValueError(
            f"{covariates} covariates across {areas} areas are too many: at most {areas // AREAS_PER_COVARIATE}, "
            f"one for each {AREAS_PER_COVARIATE} areas"
        )


def _aligned(values: npt.ArrayLike, covariates: pd.DataFrame, name: str) -> Floats:
    if isinstance(values, pd.Series) and not values.index.equals(covariates.index):
        raise ValueError(f"{name} and covariates have different rows, or the same in another order")
    array = nonnegative(values, name)
    if array.shape != (len(covariates),):
        raise ValueError(f"{name} {array.shape} do not fit {len(covariates)} rows of covariates")
    return array


def _checked(counts: npt.ArrayLike, people: npt.ArrayLike, covariates: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    y, n = _aligned(counts, covariates, "counts"), _aligned(people, covariates, "people")
    if (y % 1).any():
        raise ValueError(f"counts are whole numbers, got {y[y % 1 > 0][0]:g} in row {covariates.index[y % 1 > 0][0]}")
    if not y.any():
        raise ValueError("there are no events to explain")
    if (n == 0).any():
        raise ValueError(f"row {covariates.index[n == 0][0]} has no people")
    x = np.column_stack([np.ones(len(y)), covariates.to_numpy(float)])
    if not np.isfinite(x).all():
        raise ValueError(f"covariates are numbers without gaps; {_names(covariates, ~np.isfinite(x).all(0))} are not")
    if len(y) <= x.shape[1]:
        raise ValueError(f"{x.shape[1]} coefficients cannot be learnt from {len(y)} rows")
    if (constant := np.ptp(x, axis=0)[1:] == 0).any():
        raise ValueError(f"covariates that do not vary say nothing: {_names(covariates, [False, *constant])}")
    scaled = np.column_stack([x[:, 0], (x[:, 1:] - x[:, 1:].mean(0)) / x[:, 1:].std(0)])
    ranks = np.array([np.linalg.matrix_rank(scaled[:, : k + 1]) for k in range(x.shape[1])])
    if (collinear := ranks <= np.arange(x.shape[1])).any():
        raise ValueError(f"collinear: {_names(covariates, collinear)} follow from the covariates before them")
    return y, n, x


def _names(covariates: pd.DataFrame, chosen: npt.ArrayLike) -> str:
    return ", ".join(np.array(["const", *map(str, covariates)])[np.asarray(chosen)])


def _fit(counts: Floats, people: Floats, design: Floats, alpha: float) -> Any:
    import statsmodels.api as sm

    family = sm.families.NegativeBinomial(alpha=alpha) if alpha else sm.families.Poisson()
    with warnings.catch_warnings():  # a perfect prediction is no fault
        warnings.simplefilter("ignore")
        fit = sm.GLM(counts, design, family=family, offset=np.log(people)).fit(rtol=1e-12)
    if not fit.converged:
        raise ValueError("the fit does not settle: covariates may part rows with events from rows without")
    return fit


def _overdispersion(counts: Floats, people: Floats, design: Floats) -> float:
    """Alpha of a negative binomial by maximum profile likelihood."""
    from scipy import optimize

    found = optimize.minimize_scalar(
        lambda log_alpha: -_fit(counts, people, design, float(np.exp(log_alpha))).llf,
        bounds=(-14, 5),
        options={"xatol": 1e-6},
    )
    return float(np.exp(found.x))


def _leave_one_out(
    counts: Floats, people: Floats, design: Floats, model: CountModel, fitted: Floats, areas: pd.Index[Any]
) -> Floats:
    """Predict every row from all others: refits of all models together, one row each, in orthogonal coordinates."""
    q = np.linalg.qr(design).Q
    if (lone := (q**2).sum(1) > 1 - 1e-8).any():
        raise ValueError(f"area {areas[lone][0]} alone decides a coefficient: it cannot be left out")
    beta = np.tile(q.T @ np.log(fitted / people), (len(q), 1))
    others = 1 - np.eye(len(q))
    for _ in range(100):
        mu = people * np.exp(beta @ q.T)
        weight = others * mu / (1 + model.alpha * mu)
        score = (weight * (counts / mu - 1)) @ q
        step = np.linalg.solve(np.einsum("ai,ij,ik->ajk", weight, q, q), score[..., None])[..., 0]
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            return np.asarray(people * np.exp((beta * q).sum(1)), float)
    raise ValueError("a fit without one of the areas does not settle")


def _errors(counts: Floats, predicted: Floats) -> dict[str, float]:
    log_error = np.log((counts + 0.5) / (predicted + 0.5))
    share = np.abs(counts - predicted).sum() / counts.sum()
    return {"rmse_log_rate": float(np.sqrt((log_error**2).mean())), "absolute_error_share": float(share)}
