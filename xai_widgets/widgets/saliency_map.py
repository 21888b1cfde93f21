"""SaliencyMap: where in the picture a small change would move the score."""

from __future__ import annotations

import difflib
import pathlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import traitlets

from .. import wire
from ..explainers.attribution import Attribution
from ..explainers.stream import Estimate, drive
from ..models import InputError
from ..render import COLORMAPS, Figure
from .code import call_as_code
from .live import LiveWidget, kernel_owned
from .raster import given_picture, picture_of, reduce_channels, shrink

_STATIC = pathlib.Path(__file__).parent.parent / "static"
_MOST_NAMED = 2000
_METHODS = {
    "gradient": None,
    "gradient_x_input": None,
    "smoothgrad": "mean",
    "smoothgrad_absolute": "absolute",
    "smoothgrad_squared": "square",
    "vargrad": "variance",
}
_DRAWN = ("sign", "colormap", "clip_percentile", "opacity", "threshold", "language")
_UNSIGNED = {"smoothgrad_absolute", "smoothgrad_squared", "vargrad"}
_PLAIN = (int, np.integer)


class _Number(traitlets.Float[float, float]):
    """A float within bounds; NaN, which slips through traitlets' own bounds, is none."""

    def validate(self, obj: Any, value: Any) -> Any:
        if isinstance(value, float) and np.isnan(value):
            return self.error(obj, value)
        return super().validate(obj, value)


class _Target(traitlets.TraitType[Any, Any]):
    """An output's index, one for each row, a function of the output, or None for the predicted one."""

    info_text = "an output's index, a list of them, a function of the output, or None for the predicted one"

    def validate(self, obj: Any, value: Any) -> Any:
        if value is None or callable(value):
            return value
        if isinstance(value, _PLAIN) and not isinstance(value, bool) and value >= 0:
            return int(value)
        plain = value.tolist() if hasattr(value, "tolist") else value
        if isinstance(plain, list | tuple) and all(isinstance(item, int) and item >= 0 for item in plain):
            return list(plain)
        return self.error(obj, value)


class _Method(traitlets.TraitType[Any, Any]):
    """The name of a method, or an object with `.attribute(inputs, target=)`."""

    info_text = f"one of {', '.join(_METHODS)}, or an object with .attribute(inputs, target=)"

    def validate(self, obj: Any, value: Any) -> Any:
        if (isinstance(value, str) and value in _METHODS) or callable(getattr(value, "attribute", None)):
            return value
        return self.error(obj, value)


def _target_to_json(target: Any, _: Any) -> Any:
    return {"name": _name_of_function(target)} if callable(target) else target


def _target_from_json(target: Any, widget: Any) -> Any:
    return widget.target if isinstance(target, dict) else target


def _method_to_json(method: Any, _: Any) -> Any:
    return method if isinstance(method, str) else "custom"


def _method_from_json(method: Any, widget: Any) -> Any:
    return widget.method if method == "custom" else method


class SaliencyMap(LiveWidget):
    """A live attribution map of an image classifier: drag the noise, choose the class, watch it settle.

    Parameters
    ----------
    model : torch.nn.Module or callable
        Takes pictures, rows first, and returns scores of shape (rows, n_classes). Never changed.
    inputs : array or tensor, or tuple of them
        What the model takes: (channels, height, width), (rows, channels, height, width), or a tuple when it takes
        several inputs; the first one is shown. Floating point. Never changed.
    target : int, list of int, callable, or None, default None
        The class to explain; see `explainers.gradient.GradientMethod.stream`. None: the predicted one.
    picture : array_like, optional
        What lies under the map: the photograph before it was normalised, (height, width, 3) uint8 or in [0, 1]; a list
        of them for several rows. By default the first input, its range stretched.
    class_names : sequence of str, optional
        By default `model.class_names` where there is one.
    method : str or object, default "smoothgrad"
        "gradient", "gradient_x_input", "smoothgrad", "smoothgrad_absolute", "smoothgrad_squared", "vargrad"; or any
        object with `.attribute(inputs, target=)`, captum's for instance.
    output : str or int, default "score"
        Which entry of a tuple or mapping holds the scores; see `models.TorchModel`.
    noise_level : float, default 0.15
        Standard deviation of the noise as a fraction of the input's range.
    n_samples : int, default 50
        Draws of the noise; an odd number is rounded up.
    seed : int, default 0
        Of the noise, 0 to 2^53 - 1.
    precision : {"float32"}, default "float32"
        Of the model's arithmetic.
    multiply_by_inputs : bool, default False
        Multiply the map by the input.
    **view
        How it is drawn: `channel_reduction`, `index`, `sign`, `colormap`, `clip_percentile`, `opacity`, `threshold`,
        `language`.

    Raises
    ------
    InputError
        For inputs that cannot be explained or shown. What the model itself refuses is shown in the cell and raised by
        `wait`.

    Examples
    --------
    >>> import xai_widgets as xw
    >>> model, pictures = xw.zoo.shapes()
    >>> w = xw.SaliencyMap(model, pictures[0], n_samples=10)
    >>> w.wait().explanation.values.shape
    (3, 64, 64)
    >>> w.close()
    """

    # Texts, not paths: anywidget 0.11 ties each instance to the file's change signal, which keeps closed ones alive.
    _esm = (_STATIC / "saliency_map.js").read_text(encoding="utf-8")
    _css = (_STATIC / "saliency_map.css").read_text(encoding="utf-8")
    _parameters = ("method", "target", "noise_level", "n_samples", "seed", "multiply_by_inputs", "precision")

    method = _Method("smoothgrad").tag(sync=True, resettable=True, to_json=_method_to_json, from_json=_method_from_json)
    target = _Target(None, allow_none=True).tag(
        sync=True, resettable=True, to_json=_target_to_json, from_json=_target_from_json
    )
    noise_level = _Number(0.15, min=0.0, max=1.0).tag(sync=True, resettable=True)
    n_samples = traitlets.Int(50, min=1, max=10_000).tag(sync=True, resettable=True)
    seed = traitlets.Int(0, min=0, max=2**53 - 1).tag(sync=True, resettable=True)
    multiply_by_inputs = traitlets.Bool(False).tag(sync=True, resettable=True)
    precision = traitlets.Enum(["float32"], "float32").tag(sync=True)

    channel_reduction = traitlets.Enum(["sum", "mean", "max_abs"], "sum").tag(sync=True, resettable=True)
    index = traitlets.Int(0, min=0).tag(sync=True, resettable=True)

    sign = traitlets.Enum(["all", "positive", "negative", "absolute"], "all").tag(sync=True, resettable=True)
    colormap = traitlets.Unicode("red_blue").tag(sync=True, resettable=True)
    clip_percentile = _Number(99.5, min=90.0, max=100.0).tag(sync=True, resettable=True)
    opacity = _Number(0.9, min=0.0, max=1.0).tag(sync=True, resettable=True)
    threshold = _Number(0.05, min=0.0, max=1.0).tag(sync=True, resettable=True)
    hover = traitlets.Int(None, allow_none=True, min=0).tag(sync=True)

    n_pictures = traitlets.Int(1).tag(**kernel_owned())
    n_classes = traitlets.Int(0).tag(**kernel_owned())
    class_names = traitlets.List(traitlets.Unicode()).tag(**kernel_owned())
    scores = traitlets.Dict(default_value=None, allow_none=True).tag(**kernel_owned())
    picture = traitlets.Dict().tag(**kernel_owned())

    def __init__(
        self,
        model: Any,
        inputs: Any,
        *,
        target: Any = None,
        picture: Any = None,
        class_names: Sequence[str] | None = None,
        method: Any = "smoothgrad",
        output: str | int = "score",
        noise_level: float = 0.15,
        n_samples: int = 50,
        seed: int = 0,
        precision: str = "float32",
        multiply_by_inputs: bool = False,
        **view: Any,
    ) -> None:
        from ..models import TorchModel

        _check_names(view)
        self._given = {"model": model, "inputs": inputs}
        self._output = output
        self._model = TorchModel(model, output=output)
        self._single = not isinstance(inputs, tuple) and np.ndim(inputs) == 3
        self._inputs = self._model.prepare(_with_rows(inputs, single=self._single))
        _check_image(self._inputs[0])
        self._pictures = self._pictures_of(picture)
        self._noise: Any = None
        self._scored: tuple[str, np.ndarray | None] = ("", None)
        names = class_names if class_names is not None else getattr(model, "class_names", None) or []
        super().__init__(
            target=target,
            method=method,
            noise_level=noise_level,
            n_samples=n_samples,
            seed=seed,
            precision=precision,
            multiply_by_inputs=multiply_by_inputs,
            class_names=[str(name) for name in names],
            n_pictures=len(self._inputs[0]),
            picture=self._picture_frame(view.get("index", 0)),
            **view,
        )
        self.observe(self._on_shown, names=["channel_reduction", "index"])
        self._request()

    @traitlets.validate("index")
    def _valid_index(self, proposal: Any) -> int:
        if proposal["value"] >= len(self._inputs[0]):
            raise traitlets.TraitError(f"index={proposal['value']}, but there are {len(self._inputs[0])} pictures")
        return int(proposal["value"])

    @traitlets.validate("colormap")
    def _valid_colormap(self, proposal: Any) -> str:
        if proposal["value"] not in COLORMAPS:
            raise traitlets.TraitError(f"colormap={proposal['value']!r}, expected one of {', '.join(COLORMAPS)}")
        return str(proposal["value"])

    # -- answering: the worker's thread --------------------------------------------------------------------------------

    def _device(self) -> str:
        return str(self._model.device)

    def make_stream(self, request: dict[str, Any]) -> Iterator[Any]:
        if not isinstance(request["method"], str):
            return self._custom_stream(request)
        return self._gradient_stream(request)

    def _gradient_stream(self, request: dict[str, Any]) -> Iterator[Estimate[Any]]:
        explainer = self._explainer(request)
        state = explainer.start(self._inputs, request["target"])
        self._publish_scores(state.identity["model"], request["target"])
        self.notice = "" if self._model.shadowed else "unsafe_to_train"
        if state.target is None:
            state = replace(state, target=self._predicted())
        yield from drive(explainer, self._resumed(explainer, state))

    def _resumed(self, explainer: Any, state: Any) -> Any:
        """Go on from the estimate that is shown where it is of the same run."""
        if self._shown is None or getattr(self._shown[0], "state", None) is None:
            return state
        try:
            return explainer.resume(self._shown[0].state, state)
        except InputError:
            return state

    def _explainer(self, request: dict[str, Any]) -> Any:
        from ..explainers.gradient import GradientXInput, SimpleGradient
        from ..explainers.noise import UnitNoise
        from ..explainers.smoothgrad import SmoothGrad

        if request["method"] == "gradient":
            return SimpleGradient(self._model, multiply_by_inputs=request["multiply_by_inputs"])
        if request["method"] == "gradient_x_input":
            return GradientXInput(self._model)
        if self._noise is None or self._noise.seed != request["seed"]:
            self._noise = UnitNoise(request["seed"], tuple(array.shape for array in self._inputs))
        return SmoothGrad(
            self._model,
            noise_level=request["noise_level"],
            n_samples=request["n_samples"],
            seed=request["seed"],
            reduce=_METHODS[request["method"]],  # type: ignore[arg-type]
            multiply_by_inputs=request["multiply_by_inputs"],
            unit_noise=self._noise,
        )

    def _custom_stream(self, request: dict[str, Any]) -> Iterator[Estimate[Any]]:
        method = request["method"]
        self._publish_scores(self._model.refresh(), request["target"])
        target = self._predicted().tolist() if request["target"] is None else request["target"]
        tensors = self._model.tensors(self._inputs)
        given = tensors if len(tensors) > 1 else tensors[0]
        if callable(getattr(method, "stream", None)):
            for estimate in method.stream(given, target=target):
                yield replace(estimate, state=None)
            return
        values = method.attribute(given, target=target)
        arrays = tuple(_as_array(value) for value in (values if isinstance(values, tuple) else (values,)))
        for array, expected in zip(arrays, self._inputs, strict=False):
            if array.shape != expected.shape:
                raise InputError(
                    "The method's map does not have the shape of the input.",
                    given=f"{type(method).__name__}.attribute returned shape {array.shape}",
                    expected=str(expected.shape),
                    do="resize it to the input inside attribute()",
                )
        yield Estimate(arrays, None, 1, 1, "pass", finished=True, state=None)

    def _predicted(self) -> np.ndarray:
        scores = self._scored[1]
        if scores is None:
            return self._model.predicted(self._inputs)
        return np.asarray(scores.argmax(axis=1))

    def _publish_scores(self, fingerprint: str, target: Any) -> None:
        if self._scored[0] == fingerprint:
            return
        try:
            scores: np.ndarray | None = self._model.scores(self._inputs)
        except InputError:
            if not callable(target):
                raise
            scores = None  # an output that only the reader's own target function understands
        self._scored = (fingerprint, scores)
        self._show_scores()

    # -- showing: the worker's thread ----------------------------------------------------------------------------------

    def _on_shown(self, _: Any) -> None:
        self._on_worker(self._show_again)

    def _show_again(self) -> None:
        self.picture = self._picture_frame(self.index)
        self._show_scores()
        if self._shown is not None:
            self._publish_result()

    def _picture_frame(self, index: int) -> dict[str, Any]:
        rgb = shrink(self._pictures[min(index, len(self._pictures) - 1)])
        return wire.frame({"index": index}, {"rgb": wire.as_is(np.rint(rgb).astype(np.uint8))})

    def _show_scores(self) -> None:
        scores = self._scored[1]
        if scores is None:
            self.scores = None  # type: ignore[assignment]  # allow_none
            return
        self.n_classes = scores.shape[1]
        kind, values = _as_probabilities(scores[self.index])
        top = [int(index) for index in np.argsort(-values, kind="stable")[:5]]
        self.scores = {
            "kind": kind,
            "top": [{"index": index, "name": self._name_of(index), "value": float(values[index])} for index in top],
            "values": [float(value) for value in values] if len(values) <= _MOST_NAMED else None,
        }

    def _frame(self, estimate: Any, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        values, errors = self._cells(estimate)
        arrays = {"map": wire.quantise(values, "int16")}
        if errors is not None:
            arrays["error"] = wire.quantise(errors, "uint8")
        return wire.frame(self._header(estimate, request, job, sequence), arrays)

    def _figure(self, estimate: Any, request: dict[str, Any], job: int, theme: str) -> Figure:
        view = {name: getattr(self, name) for name in _DRAWN}
        header = self._header(estimate, request, job, 0)
        picture = np.rint(shrink(self._pictures[self.index])).astype(np.uint8)
        return Figure(header, self._cells(estimate)[0], picture, **view, theme=theme, status=self.status)

    def _cells(self, estimate: Any) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the shown map and its error, channels reduced, at most as many cells as are sent."""
        value, error = self._row(estimate)
        reduced, reduced_error = reduce_channels(value, error, self.channel_reduction)
        return shrink(reduced), None if reduced_error is None else shrink(reduced_error)

    def _row(self, estimate: Any) -> tuple[np.ndarray, np.ndarray | None]:
        value, error = _first(estimate.value), _first(estimate.standard_error)
        return value[self.index], None if error is None else error[self.index]

    def _header(self, estimate: Any, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        value, error = self._row(estimate)
        target = self._target_of(request["target"])
        picture = self._inputs[0][self.index]
        noisy = _is_noisy(request["method"])
        return {
            "job": job,
            "sequence": sequence,
            "finished": estimate.finished,
            "done": estimate.done,
            "total": estimate.total,
            "unit": estimate.unit,
            "method": _method_to_json(request["method"], None),
            "method_name": type(request["method"]).__name__,
            "multiply_by_inputs": request["multiply_by_inputs"],
            "channel_reduction": self.channel_reduction,
            "channels": len(value),
            "index": self.index,
            "input_height": value.shape[1],
            "input_width": value.shape[2],
            "signed": self._is_signed(request, value),
            "target": target[self.index] if isinstance(target, list) else None,
            "target_name": self._name_of(target[self.index]) if isinstance(target, list) else _name_of_function(target),
            "score": self._score_of(target)[self.index],
            "noise_level": request["noise_level"] if noisy else None,
            "sigma": request["noise_level"] * float(picture.max() - picture.min()) if noisy else None,
            "n_samples": request["n_samples"],
            "seed": request["seed"],
            "precision": request["precision"],
            "relative_error": _relative(value, error),
            "code": self._code(estimate, request),
        }

    def _explain(self, estimate: Any, request: dict[str, Any]) -> Attribution:
        target = self._target_of(request["target"])
        score = self._score_of(target)
        values, errors = self._as_given(estimate.value), self._as_given(estimate.standard_error)
        one = self._single
        return Attribution(
            values=values,
            standard_error=errors,
            target=target[0] if one and isinstance(target, list) else target,
            score=score[0] if one else score,
            done=estimate.done,
            total=estimate.total,
            parameters=self._reproducing(estimate, request),
        )

    def _reproducing(self, estimate: Any, request: dict[str, Any]) -> dict[str, Any]:
        target = self._target_of(request["target"])
        parameters: dict[str, Any] = {
            "target": target[0] if isinstance(target, list) and len(set(target)) == 1 else target,
            "method": request["method"],
        }
        if _is_noisy(request["method"]):
            parameters |= {"noise_level": request["noise_level"], "n_samples": estimate.done, "seed": request["seed"]}
        if request["multiply_by_inputs"] and request["method"] != "gradient_x_input":
            parameters["multiply_by_inputs"] = True
        if self._output != "score":
            parameters["output"] = self._output
        return parameters

    def _code(self, estimate: Any, request: dict[str, Any]) -> str:
        return call_as_code("xw.SaliencyMap", self._given, self._reproducing(estimate, request))

    def _is_signed(self, request: dict[str, Any], row: np.ndarray) -> bool:
        if isinstance(request["method"], str) and not request["multiply_by_inputs"]:
            return request["method"] not in _UNSIGNED
        return bool(row.min() < 0) or request["method"] not in _UNSIGNED

    def _target_of(self, target: Any) -> Any:
        """Return the target of each row as a list, or the callable."""
        if callable(target):
            return target
        if target is None:
            return self._predicted().tolist()
        rows = len(self._inputs[0])
        return list(target) * (rows // len(target)) if isinstance(target, list) else [target] * rows

    def _score_of(self, target: Any) -> list[float | None]:
        scores = self._scored[1]
        if callable(target) or scores is None:
            return [None] * len(self._inputs[0])
        return [float(row[index]) for row, index in zip(scores, target, strict=True)]

    def _name_of(self, index: int) -> str:
        return self.class_names[index] if index < len(self.class_names) else str(index)

    def _as_given(self, value: Any) -> Any:
        """Return float32 arrays of exactly the shape and kind of the inputs."""
        if value is None:
            return None
        arrays = [np.asarray(part, dtype=np.float32) for part in (value if isinstance(value, tuple) else (value,))]
        if isinstance(self._given["inputs"], tuple):
            return tuple(arrays)
        return arrays[0][0] if self._single else arrays[0]

    def _pictures_of(self, picture: Any) -> list[np.ndarray]:
        images = self._inputs[0]
        if picture is None:
            return [picture_of(image) for image in images]
        given = picture if isinstance(picture, list | tuple) else [picture]
        if len(given) != len(images):
            raise InputError(
                "The number of pictures is not that of the inputs.",
                given=f"{len(given)} pictures for {len(images)} inputs",
                expected="one picture for each row of the input, in a list",
                do="pass as many, or leave picture= out",
            )
        return [given_picture(one) for one in given]

    def _free(self) -> None:
        self._noise = None
        self._model.release()
        if self._shown is not None and self._explanation is not None:
            estimate, request, job = self._shown
            kept = replace(estimate, state=None)
            self._shown = (kept, request, job)


def _is_noisy(method: Any) -> bool:
    return isinstance(method, str) and _METHODS[method] is not None


def _name_of_function(function: Any) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _with_rows(inputs: Any, *, single: bool) -> Any:
    return inputs[None] if single else inputs


def _check_image(image: np.ndarray) -> None:
    if image.ndim != 4:
        raise InputError(
            "The input is not a picture.",
            given=f"an input of shape {image.shape}",
            expected="(channels, height, width), or (rows, channels, height, width) for several",
            do="for other inputs use xai_widgets.explainers, which take any shape",
        )


def _check_names(view: dict[str, Any]) -> None:
    known = SaliencyMap.class_trait_names(sync=True, kernel_owned=None)
    for name in view:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            advice = f"; did you mean {close[0]}?" if close else ""
            raise TypeError(f"SaliencyMap has no parameter {name!r}{advice}")


def _as_probabilities(row: np.ndarray) -> tuple[str, np.ndarray]:
    """Tell what a row of scores is: probabilities as they are, logits through softmax, or scores that stay scores."""
    inside = bool((row >= 0).all() and (row <= 1).all())
    if len(row) > 1 and inside:
        return ("probability" if abs(row.sum() - 1) < 1e-3 else "score"), row
    if len(row) == 1:
        return "score", row
    raised = np.exp(row - row.max())
    return "probability", raised / raised.sum()


def _relative(value: np.ndarray, error: np.ndarray | None) -> float | None:
    size = float(np.linalg.norm(value))
    if error is None or size == 0.0:
        return None
    return float(np.linalg.norm(error)) / size


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def _as_array(value: Any) -> np.ndarray:
    return np.asarray(value.detach().cpu().numpy() if hasattr(value, "detach") else value, dtype=np.float64)
