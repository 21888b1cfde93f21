"""Methods of the shap package behind the face of ours."""

from __future__ import annotations

import functools
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from ...models import InputError, ModelError
from ...models.errors import ExplainedError
from ..checked import check_count
from .method import RowValues, ShapleyMethod, ShapleyState
from .package_randomness import own_randomness

_MOST_ROWS = 64  # in one call
_EVALUATIONS = 500  # the package's own
_MOST_GAP = 0.01  # of what the features of a row add


class PackageMethod(ShapleyMethod[ShapleyState]):
    """The base of methods that the shap package computes; rows fill.

    The package draws from numpy's global random state: copies of its functions with their own take its place, see
    `own_randomness`. Tables are of numbers alone.
    """

    _ready: tuple[dict[str, str], Callable[[np.ndarray], Any]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_ready": None}

    @abstractmethod
    def _make(self, state: ShapleyState) -> Callable[[np.ndarray], Any]:
        """Return what gives the package's explanation of rows, float64 of shape (rows, columns)."""

    def advance(self, state: ShapleyState, units: int) -> ShapleyState:
        return super().advance(state, min(units, _MOST_ROWS))

    def _explain(self, state: ShapleyState, rows: np.ndarray) -> RowValues:
        table = state.table.rows(rows)
        outputs = self.predictor.scores(table.native())
        try:
            if self._ready is None or self._ready[0] != state.identity:
                self._ready = state.identity, self._make(state)
            found = self._ready[1](table.matrix())
        except ExplainedError:
            raise
        except Exception as error:
            raise ModelError(
                "The shap package failed to explain this model.",
                given=f"{self.name}, which raised {type(error).__name__}: {_first_line(error)}",
                expected="a model that the package can explain in this way",
                do="use KernelSHAP, which asks for predictions alone",
            ) from error
        values = np.asarray(found.values, dtype=np.float64).reshape(len(rows), len(state.players), -1)
        base = np.asarray(found.base_values, dtype=np.float64).reshape(-1, outputs.shape[1])  # of all rows, or of each
        return RowValues(values, np.broadcast_to(base, outputs.shape).copy(), outputs)

    def _function(self, state: ShapleyState) -> Callable[[np.ndarray], np.ndarray]:
        """Return the model as a function of arrays; columns are named again."""
        assert state.background is not None
        template = state.background.table.rows([0])

        def predict(rows: np.ndarray) -> np.ndarray:
            columns = {name: np.asarray(rows[:, at], dtype=np.float64) for at, name in enumerate(template.names)}
            scores = self.predictor.scores(template.repeated([0], len(rows)).replaced(columns))
            return scores[:, 0] if scores.shape[1] == 1 else scores

        return predict


class PartitionSHAP(PackageMethod):
    """Owen values over a hierarchy of features, by the shap package.

    Source: Owen 1977; `shap.explainers.Partition`. Correlated features are known or unknown together: the hierarchy is
    a clustering of the background's columns by their correlation.

    Parameters
    ----------
    model, background, target, seed
        See `ShapleyMethod`.
    max_evals : int, optional
        The most coalitions for each row: by default 500, or 4 for each feature where that is more.
    """

    def __init__(
        self, model: Any, background: Any = None, *, target: Any = None, seed: int = 0, max_evals: int | None = None
    ) -> None:
        super().__init__(model, background, target=target, seed=seed)
        self.max_evals = None if max_evals is None else check_count("max_evals", max_evals)

    def start(self, X: Any) -> ShapleyState:  # noqa: N803 (as everywhere)
        state = super().start(X)
        assert state.background is not None
        features, rows = len(state.players), state.background.table.n_rows
        if features < 2 or rows < 2:
            raise InputError(
                "There is no hierarchy of these features.",
                given=f"columns: {features}, background rows: {rows}",
                expected="at least two features, and two background rows to tell how they go together",
                do="use ExactSHAP or KernelSHAP",
            )
        missing = int(np.isnan(state.background.matrix()).any(axis=1).sum())
        if missing:  # of shap 0.51 the values do not add up then
            raise InputError(
                "The shap package cannot take a hierarchy's values from rows with gaps.",
                given=f"missing values in {missing} of {rows} background rows",
                expected="a number in every place",
                do="use ExactSHAP or KernelSHAP, or leave these rows out of the background",
            )
        if self.max_evals is not None and self.max_evals < 2 * features:
            raise InputError(
                "There are too few coalitions to go down the hierarchy.",
                given=f"max_evals={self.max_evals} for {features} features",
                expected=f"at least {2 * features}",
                do="leave max_evals out",
            )
        return state

    def _settings(self) -> dict[str, Any]:
        return {"max_evals": self.max_evals}

    def _make(self, state: ShapleyState) -> Callable[[np.ndarray], Any]:
        import shap  # type: ignore[import-untyped]

        background = _unweighted(state)
        masker = _masker_by_correlation(background, self.seed)
        explainer = own_randomness(shap.explainers.Partition(self._function(state), masker), self.seed)
        most = self.max_evals or max(_EVALUATIONS, 4 * background.shape[1])
        return lambda rows: explainer(rows, max_evals=most, silent=True)


class DeepSHAP(PackageMethod):
    """DeepLIFT's rules averaged over the background, by the shap package.

    Source: Lundberg, Lee 2017, arXiv 1705.07874, section 4.2; `shap.DeepExplainer`. It reads the layers of a torch
    module, and is wrong for those it does not know, for functions in their place, and for a layer that is called twice:
    where the values do not add up to the model's answers, it refuses.

    Parameters
    ----------
    model : torch.nn.Module
        A copy of it is explained: the package hangs hooks on what it is given. What has half precision is explained in
        float32.
    background, target, seed
        See `ShapleyMethod`.
    """

    def __init__(self, model: Any, background: Any = None, *, target: Any = None, seed: int = 0) -> None:
        super().__init__(model, background, target=target, seed=seed)
        if self.predictor.method != "module":
            raise InputError(
                "The model has no layers to read.",
                given=type(self.predictor.model).__name__,
                expected="a torch module",
                do="use KernelSHAP, which asks for predictions alone",
            )

    def _make(self, state: ShapleyState) -> Callable[[np.ndarray], Any]:
        import shap

        from .deep_module import DeepModule

        module = DeepModule(self.predictor.torch_model)
        explainer = shap.DeepExplainer(module, module.tensor(_unweighted(state)))
        target = self.predictor.target
        picked = slice(None) if target is None else [target]

        def explain(rows: np.ndarray) -> Any:
            values = np.asarray(explainer.shap_values(module.tensor(rows), check_additivity=False))
            values = values.reshape(len(rows), rows.shape[1], -1)[..., picked]
            return shap.Explanation(values, base_values=np.atleast_1d(explainer.expected_value)[picked])

        return explain

    def _explain(self, state: ShapleyState, rows: np.ndarray) -> RowValues:
        from .deep_module import rounding_of

        found = super()._explain(state, rows)
        gap, rounding = found.gap(), rounding_of(self.predictor.torch_model)
        if gap > _MOST_GAP * np.abs(found.values).sum(axis=1).max() + rounding * np.abs(found.outputs).max():
            raise ModelError(
                "The values do not add up to the model's answers.",
                given=f"a gap of {gap:.2g}, by layers or functions that the shap package does not know, or a layer "
                "that is called twice",
                expected="modules of nn for every step from the input to the scores, each called once",
                do="use GradientSHAP, or KernelSHAP, which asks for predictions alone",
            )
        return found


class PackageSHAP(PackageMethod):
    """Any explainer of the shap package.

    Parameters
    ----------
    model, background, target, seed
        See `ShapleyMethod`.
    explainer : callable
        Given the model as a function of arrays and the background as an array, it returns the explainer: a callable
        that gives a `shap.Explanation`. Classes of the package such as `shap.SamplingExplainer` are, with options by
        `functools.partial`. A function of yours that makes one draws as it is written: `shap.PermutationExplainer`
        seeds numpy's global random state where it is not passed as a class.

    Examples
    --------
    >>> import numpy as np, shap
    >>> explainer = PackageSHAP(lambda X: X[:, 0] - X[:, 1], np.zeros((1, 2)), explainer=shap.KernelExplainer)
    >>> explainer(np.array([[2.0, 3.0]])).values.round(12)
    array([[ 2., -3.]])
    """

    def __init__(
        self,
        model: Any,
        background: Any = None,
        *,
        explainer: Callable[[Callable[[np.ndarray], np.ndarray], np.ndarray], Any],
        target: Any = None,
        seed: int = 0,
    ) -> None:
        super().__init__(model, background, target=target, seed=seed)
        self.explainer = explainer

    @property
    def name(self) -> str:
        return f"{getattr(self.explainer, '__name__', type(self.explainer).__name__)} of the shap package"

    def _make(self, state: ShapleyState) -> Callable[[np.ndarray], Any]:
        import shap

        make, background = self.explainer, _unweighted(state)
        kind = make.func if isinstance(make, functools.partial) else make
        if isinstance(kind, type):
            if issubclass(kind, shap.PartitionExplainer | shap.CoalitionExplainer):
                background = _masker_by_correlation(background, self.seed)  # it would draw when it clusters the columns
            own = own_randomness(kind, self.seed)
            make = functools.partial(own, *make.args, **make.keywords) if isinstance(make, functools.partial) else own
        return own_randomness(make(self._function(state), background), self.seed)  # type: ignore[no-any-return]


def _masker_by_correlation(background: np.ndarray, seed: int) -> Any:
    """Return the package's masker of a hierarchy of the columns."""
    import shap

    hierarchy = own_randomness(shap.utils.hclust, seed)(background, metric="correlation")
    return shap.maskers.Partition(background, clustering=hierarchy, max_samples=len(background))


def _unweighted(state: ShapleyState) -> np.ndarray:
    """Return the background as an array; the package's tables have no weights."""
    assert state.background is not None
    weights = state.background.weights
    if not np.allclose(weights, weights[0]):
        raise InputError(
            "The shap package takes background rows that count alike.",
            given=state.background.text,
            expected="rows, or a number of them",
            do="pass rows as the background",
        )
    return state.background.matrix()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:200]
