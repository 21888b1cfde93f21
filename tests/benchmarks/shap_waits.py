"""How long Shapley values of 1000 rows take by the explainer that is chosen, from trees to black boxes.

Run as ``python -m tests.benchmarks.shap_waits``. Trees are explained by their own paths, all others against 100
background rows. Of what takes longer than LIMIT seconds fewer rows are explained; the time of 1000 is in proportion.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from xai_widgets.explainers.shapley import explainer_for

ROWS, BACKGROUND, LIMIT = 1000, 100, 40


def table(features: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows, and a class of each."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3000, features))
    return X, (X[:, 0] * X[:, 1] + X[:, 2] + rng.normal(size=3000) > 0).astype(int)


def net(features: int) -> torch.nn.Module:
    """Return a small network."""
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(features, 64), torch.nn.ReLU(), torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1)
    ).double()


def seconds_of(model: Any, X: np.ndarray) -> tuple[str, float, float]:
    """Return the explainer, the seconds until one row is explained, and those of 1000 rows."""
    explainer = explainer_for(model, X)
    if explainer.needs_background:
        explainer = explainer_for(model, X, X[-BACKGROUND:])
    explainer(X[:1])  # code is compiled, once on a machine
    began = time.perf_counter()
    explainer(X[:1])
    one = time.perf_counter() - began
    rows = max(1, min(ROWS, int(LIMIT / max(one, 1e-3))))
    began = time.perf_counter()
    explainer(X[:rows])
    return explainer.name, one, (time.perf_counter() - began) * ROWS / rows


def main() -> None:
    print(f"torch threads {torch.get_num_threads()}; {BACKGROUND} background rows")
    for features in (8, 20):
        X, y = table(features)
        forest = RandomForestClassifier(100, max_depth=8, random_state=0, n_jobs=1)
        boosted = HistGradientBoostingClassifier(max_iter=300, random_state=0)
        models = {
            "gradient boosting": boosted.fit(X, y),
            "forest": forest.fit(X, y),
            "network of torch": net(features),
            "pipeline of a scaler and gradient boosting": make_pipeline(StandardScaler(), boosted).fit(X, y),
            "pipeline of a scaler and a forest": make_pipeline(StandardScaler(), forest).fit(X, y),
        }
        for name, model in models.items():
            chosen, one, all_ = seconds_of(model, X)
            print(f"{features:3} features, {name:44} {chosen:26} one row {one:8.3f} s, {ROWS} rows {all_:9.2f} s")


if __name__ == "__main__":
    main()
