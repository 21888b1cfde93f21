"""Which Shapley method fits a model: exact ones where there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...models.tables import Table
from .background import Background
from .exact_shap import ExactSHAP
from .linear_shap import LinearSHAP, is_linear

if TYPE_CHECKING:
    from .method import ShapleyMethod

MOST_EXACT = 12  # features


def explainer_for(
    model: Any,
    X: Any,  # noqa: N803 (as everywhere)
    background: Any = None,
    *,
    target: Any = None,
    seed: int = 0,
) -> ShapleyMethod[Any]:
    """Return the method that explains a model best, for rows of a table.

    Trees that can be read are explained by TreeSHAP, linear models by LinearSHAP, and any other model by ExactSHAP up
    to 12 features, else by KernelSHAP.

    Parameters
    ----------
    model, background, target, seed
        See `ShapleyMethod`.
    X : table
        The rows that will be explained.

    Examples
    --------
    >>> import numpy as np
    >>> explainer_for(lambda X: X[:, 0], np.zeros((3, 2))).name
    'ExactSHAP'
    """
    table = Table.of(X)
    settings = {"target": target, "seed": seed}
    trees = _tree_shap(model, table, background, settings)
    if trees is not None:
        return trees
    if is_linear(model, table) and _is_linear_on(model, table, background, seed):
        return LinearSHAP(model, background, **settings)
    if len(table.names) <= MOST_EXACT:
        return ExactSHAP(model, background, **settings)
    from .kernel_shap import KernelSHAP

    return KernelSHAP(model, background, **settings)


def _is_linear_on(model: Any, table: Table, background: Any, seed: int) -> bool:
    """Whether a model is linear on its background too; that drawn from a table is, where it is so on the table."""
    if background is None or isinstance(background, int | np.integer):
        return True
    rows = Background.of(background, table, seed=seed).table
    return is_linear(model, rows)


def _tree_shap(model: Any, table: Table, background: Any, settings: dict[str, Any]) -> ShapleyMethod[Any] | None:
    """Return TreeSHAP of a model whose trees can be read and predict what it predicts, else None."""
    from .tree_shap import TreeSHAP

    explainer = TreeSHAP(model, background, **settings)
    return explainer if explainer.understands(table) else None
