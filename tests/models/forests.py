"""Small fitted models of every kind whose trees are read, and the table they were fitted on."""

import functools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.tree import DecisionTreeClassifier

N_ROWS = 160
CATEGORY = 3  # the column of codes 0 to 5


def table(*, missing=False):
    """Return a matrix of two wide numbers, one of few values, a code and a flag."""
    generator = np.random.default_rng(0)
    X = generator.normal(size=(N_ROWS, 5)) * [1, 100, 1, 1, 1]
    X[:, 2] = generator.integers(-2, 3, N_ROWS) / 4
    X[:, CATEGORY] = generator.integers(0, 6, N_ROWS)
    X[:, 4] = generator.integers(0, 2, N_ROWS)
    if missing:
        X[generator.random(X.shape) < 0.15] = np.nan
    return X


def target(kind):
    """Return a target that needs every column of the table: a number, or the name of one of some classes."""
    X = table()
    y = X[:, 0] * X[:, 1] / 100 + X[:, 2] + np.where(np.isin(X[:, CATEGORY], [1, 4]), 2, 0) + X[:, 4]
    if kind == "positive":
        return np.exp(y / 2)
    if kind == "share":
        return 1 / (1 + np.exp(-y))
    if kind == "two":
        return np.where(y > 0.8, "yes", "no")
    if kind == "flag":
        return (y > 0.8).astype(int)
    if kind == "codes":
        return np.digitize(y, [0.2, 1.8])
    return np.array(["low", "middle", "high"])[np.digitize(y, [0.2, 1.8])] if kind == "three" else y


@dataclass(frozen=True)
class Case:
    """One kind of model; `says` tells its settings apart in the name of a test."""

    module: str
    name: str
    says: str = ""
    target: str = "number"
    missing: bool = True
    settings: dict[str, Any] = field(default_factory=dict, hash=False)
    fit: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self):
        return f"{self.name}-{self.target}{'-' if self.says else ''}{self.says}"

    @property
    def rows(self):
        return table(missing=self.missing)

    @property
    def rounding(self):
        """How far from the model's own numbers is right, relative to the largest: XGBoost adds up float32."""
        return 3e-6 if self.module == "xgboost" else 1e-12

    @property
    def method(self):
        return "predict_proba" if "Classifier" in self.name else "predict"

    @functools.cache  # noqa: B019 there are as many as there are cases
    def fitted(self):
        """Return the model, the same one every time."""
        library = pytest.importorskip(self.module, exc_type=ImportError)
        settings = {**_SETTINGS[self.module.partition(".")[0]], **self.settings}
        if "HistGradientBoosting" in self.name:
            settings = {"max_iter": 8, "min_samples_leaf": 5, **self.settings}
        elif self.name.startswith(("DecisionTree", "ExtraTreeR", "ExtraTreeC")):
            settings = {"random_state": 0, **self.settings}
        return getattr(library, self.name)(**settings).fit(self.rows, target(self.target), **self.fit)


_SETTINGS = {
    "sklearn": {"n_estimators": 8, "random_state": 0},
    "xgboost": {"n_estimators": 8, "n_jobs": 1},
    "lightgbm": {"n_estimators": 8, "n_jobs": 1, "verbose": -1, "min_child_samples": 5},
    "catboost": {"iterations": 8, "depth": 4, "verbose": 0, "thread_count": 1, "allow_writing_files": False},
}

_CATEGORICAL_XGBOOST = {"feature_types": ["q", "q", "q", "c", "q"], "enable_categorical": True}
_CATEGORICAL_LIGHTGBM = {"min_data_per_group": 5, "cat_smooth": 1, "cat_l2": 0}


def _case(module, name, target="number", *, missing=True, says="", fit=None, **settings):
    return Case(module, name, says, target, missing, settings, fit or {})


TREES = [
    *(
        _case(f"sklearn.{module}", f"{name}Regressor", missing=missing, says=f"{missing=}")
        for module, name in (
            ("tree", "DecisionTree"),
            ("tree", "ExtraTree"),
            ("ensemble", "RandomForest"),
            ("ensemble", "ExtraTrees"),
        )
        for missing in (False, True)
    ),
    *(
        _case(f"sklearn.{module}", f"{name}Classifier", target, max_depth=4, class_weight="balanced")
        for module, name in (
            ("tree", "DecisionTree"),
            ("tree", "ExtraTree"),
            ("ensemble", "RandomForest"),
            ("ensemble", "ExtraTrees"),
        )
        for target in ("two", "three")
    ),
    _case("sklearn.ensemble", "BaggingRegressor"),
    _case("sklearn.ensemble", "BaggingRegressor", says="columns", max_features=0.6, bootstrap_features=True),
    *(
        _case("sklearn.ensemble", "BaggingClassifier", target, says="columns", max_features=0.6)
        for target in ("two", "three")
    ),
    _case("sklearn.ensemble", "BaggingClassifier", "three", says="few rows", max_samples=6, bootstrap=False),
    *(
        _case("sklearn.ensemble", "AdaBoostClassifier", target, missing=False, says=f"{depth=}", estimator=tree)
        for target in ("two", "three", "codes")
        for depth, tree in ((1, None), (3, DecisionTreeClassifier(max_depth=3)))
    ),
    *(
        _case("sklearn.ensemble", "GradientBoostingRegressor", missing=False, says=loss, loss=loss)
        for loss in ("squared_error", "huber", "quantile")
    ),
    _case("sklearn.ensemble", "GradientBoostingRegressor", missing=False, says="zero", init="zero"),
    _case("sklearn.ensemble", "GradientBoostingClassifier", "two", missing=False),
    _case("sklearn.ensemble", "GradientBoostingClassifier", "three", missing=False),
    _case("sklearn.ensemble", "GradientBoostingClassifier", "two", missing=False, says="exp", loss="exponential"),
    *(
        _case("sklearn.ensemble", "HistGradientBoostingRegressor", "positive", says=loss, loss=loss)
        for loss in ("squared_error", "absolute_error", "poisson", "gamma")
    ),
    _case("sklearn.ensemble", "HistGradientBoostingRegressor", says="categories", categorical_features=[3, 4]),
    _case("sklearn.ensemble", "HistGradientBoostingRegressor", missing=False, says="monotone", monotonic_cst=[1] * 5),
    _case("sklearn.ensemble", "HistGradientBoostingClassifier", "two"),
    _case("sklearn.ensemble", "HistGradientBoostingClassifier", "three", says="categories", categorical_features=[3]),
    *(
        _case("xgboost", "XGBRegressor", "positive", says=objective, objective=objective)
        for objective in ("reg:squarederror", "reg:absoluteerror", "count:poisson", "reg:gamma", "reg:tweedie")
    ),
    _case("xgboost", "XGBRegressor", "share", says="logistic", objective="reg:logistic"),
    _case("xgboost", "XGBRegressor", says="categories", **_CATEGORICAL_XGBOOST),
    _case("xgboost", "XGBRegressor", says="one-hot", max_cat_to_onehot=9, **_CATEGORICAL_XGBOOST),
    _case("xgboost", "XGBRFRegressor"),
    _case("xgboost", "XGBClassifier", "flag", base_score=0.3),
    _case("xgboost", "XGBClassifier", "codes"),
    _case("xgboost", "XGBRFClassifier", "codes"),
    *(
        _case("lightgbm", "LGBMRegressor", "positive", says=objective, objective=objective)
        for objective in ("regression", "regression_l1", "poisson", "gamma", "tweedie", "quantile")
    ),
    _case("lightgbm", "LGBMRegressor", "share", says="entropy", objective="cross_entropy"),
    _case("lightgbm", "LGBMRegressor", says="rf", boosting_type="rf", subsample=0.5, subsample_freq=1),
    _case("lightgbm", "LGBMRegressor", says="zero_as_missing", zero_as_missing=True),
    _case("lightgbm", "LGBMRegressor", says="use_missing", use_missing=False),
    _case("lightgbm", "LGBMRegressor", says="categories", fit={"categorical_feature": [3]}, **_CATEGORICAL_LIGHTGBM),
    _case("lightgbm", "LGBMClassifier", "two", sigmoid=0.7),
    _case("lightgbm", "LGBMClassifier", "three"),
    *(
        _case("catboost", "CatBoostRegressor", "positive", says=loss, loss_function=loss)
        for loss in ("RMSE", "MAE", "Poisson", "Quantile:alpha=0.3")
    ),
    _case("catboost", "CatBoostRegressor", says="nan last", nan_mode="Max"),
    *(
        _case("catboost", f"CatBoost{kind}", target, says=policy, grow_policy=policy)
        for policy in ("Depthwise", "Lossguide")
        for kind, target in (("Regressor", "number"), ("Classifier", "two"), ("Classifier", "three"))
    ),
    _case("catboost", "CatBoostRegressor", says="depth, nan last", grow_policy="Depthwise", nan_mode="Max"),
    _case("catboost", "CatBoostClassifier", "two"),
    _case("catboost", "CatBoostClassifier", "three"),
]

OTHERS = [
    _case("sklearn.ensemble", "IsolationForest"),
    _case("sklearn.ensemble", "AdaBoostRegressor", missing=False),
    _case("xgboost", "XGBRegressor", says="dart", booster="dart"),
    _case("xgboost", "XGBRegressor", says="linear", booster="gblinear", missing=False),
    _case("xgboost", "XGBRegressor", says="quantiles", objective="reg:quantileerror", quantile_alpha=[0.2, 0.8]),
    _case("lightgbm", "LGBMRegressor", says="dart", boosting_type="dart"),
    _case("lightgbm", "LGBMRegressor", says="linear leaves", linear_tree=True),
    _case("lightgbm", "LGBMRegressor", says="square roots", reg_sqrt=True),
    _case("lightgbm", "LGBMClassifier", "three", says="one against all", objective="multiclassova"),
    _case("sklearn.ensemble", "BaggingRegressor", says="neighbours", missing=False, estimator=KNeighborsRegressor()),
    _case("sklearn.ensemble", "AdaBoostClassifier", "two", says="lines", missing=False, estimator=LogisticRegression()),
    _case("catboost", "CatBoostRegressor", says="uncertainty", loss_function="RMSEWithUncertainty"),
    _case("catboost", "CatBoostClassifier", "three", says="one against all", loss_function="MultiClassOneVsAll"),
]
