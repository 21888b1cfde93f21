"""SaliencyMap: where in the picture a small change would move the score."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import traitlets

from .. import wire
from ..explainers.attribution import Attribution
from ..explainers.stream import Estimate, drive
from ..models import InputError, ModelError
from ..render import COLORMAPS, Figure
from .code import call_as_code, notebook_expressions
from .labels import checked_names
from .live import LiveWidget, kernel_owned
from .raster import given_picture, picture_of, reduce_channels, shrink
from .traits import Choice, Method, Number, Target, Whole, method_to_json, name_of_function

_STATIC = pathlib.Path(__file__).parent.parent / "static"
_MOST_NAMED = 2000
_STEP_SECONDS = 0.02  # a hand on a slider waits for the step before
_METHODS = {
    "gradient": None,
    "gradient_x_input": None,
    "smoothgrad": "mean",
    "smoothgrad_absolute": "absolute",
    "smoothgrad_squared": "square",
    "vargrad": "variance",
}
_DRAWN = ("sign", "colormap", "clip_percentile", "opacity", "threshold", "language")
_METHODS_TO_MULTIPLY = set(_METHODS) - {"gradient_x_input"}
_UNSIGNED = {"smoothgrad_absolute", "smoothgrad_squared", "vargrad"}


@dataclass(frozen=True)
class _Seen:
    """What of an estimate is shown: one picture's map, and the same with its channels reduced, in cells to send."""

    index: int
    channel_reduction: str
    value: np.ndarray
    error: np.ndarray | None
    cells: np.ndarray
    cell_errors: np.ndarray | None


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
    precision : {"float32", "bfloat16", "auto"}, default "float32"
        Of the model's arithmetic; see `explainers.gradient.GradientMethod`. The status line and the copied code say
        which one was used.
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

    method = Method(_METHODS, "smoothgrad").tag(sync=True, resettable=True)
    target = Target(None, allow_none=True).tag(sync=True, resettable=True)
    noise_level = Number(0.15, min=0.0, max=1.0).tag(sync=True, resettable=True)
    n_samples = Whole(50, min=1, max=10_000).tag(sync=True, resettable=True)
    seed = Whole(0, min=0, max=2**53 - 1).tag(sync=True, resettable=True)
    multiply_by_inputs = traitlets.Bool(False).tag(sync=True, resettable=True)
    precision = Choice(["float32", "bfloat16", "auto"], "float32").tag(sync=True, resettable=True)

    channel_reduction = Choice(["sum", "mean", "max_abs"], "sum").tag(sync=True, resettable=True)
    index = Whole(0, min=0).tag(sync=True, resettable=True)

    sign = Choice(["all", "positive", "negative", "absolute"], "all").tag(sync=True, resettable=True)
    colormap = traitlets.Unicode("red_blue").tag(sync=True, resettable=True)
    clip_percentile = Number(99.5, min=90.0, max=100.0).tag(sync=True, resettable=True)
    opacity = Number(0.9, min=0.0, max=1.0).tag(sync=True, resettable=True)
    threshold = Number(0.05, min=0.0, max=1.0).tag(sync=True, resettable=True)
    hover = Whole(None, allow_none=True, min=0).tag(sync=True)

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

        self.custom_method: Any = None if isinstance(method, str) else method
        self._given = {"model": model, "inputs": inputs}
        self._output = output
        self._model = TorchModel(model, output=output)
        if not isinstance(inputs, tuple) and not hasattr(inputs, "shape"):
            inputs = np.asarray(inputs)  # lists, PIL images
        self._single = not isinstance(inputs, tuple) and inputs.ndim == 3
        self._inputs = self._model.prepare(inputs[None] if self._single else inputs)
        _check_image(self._inputs[0], inputs)
        self._pictures = self._pictures_of(picture)
        self._noise: Any = None
        self._scored: tuple[str, np.ndarray | None] = ("", None)
        names, own = checked_names(class_names), getattr(model, "class_names", ())
        self._names_given = names is not None
        if names is None:
            names = tuple(str(name) for name in own) if isinstance(own, list | tuple) else ()
        super().__init__(
            target=target,
            method=method,
            noise_level=noise_level,
            n_samples=n_samples,
            seed=seed,
            precision=precision,
            multiply_by_inputs=multiply_by_inputs,
            class_names=list(names),
            n_pictures=len(self._inputs[0]),
            **view,
        )
        self.observe(self._on_shown, names=["channel_reduction", "index"])
        self.observe(self._on_method, names=["method"])
        self._request()

    @traitlets.default("picture")
    def _first_picture(self) -> dict[str, Any]:
        return self._picture_frame(self.index)

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
        request["used_precision"] = "float32"
        request["names"] = notebook_expressions(
            self._given | {"method": request["method"], "target": request["target"]}
        )
        if not isinstance(request["method"], str):
            return self._custom_stream(request)
        return self._gradient_stream(request)

    def _gradient_stream(self, request: dict[str, Any]) -> Iterator[Estimate[Any]]:
        explainer = self._explainer(request)
        state = explainer.start(self._inputs, request["target"])
        self._resolve(request, state.identity["model"])
        self._publish(notice=self._notice_of(request))
        self._asked_twice.ask(lambda: self._model.repeats(self._inputs))
        if state.target is None:
            state = replace(state, target=np.asarray(request["targets"]))
        state = self._resumed(explainer, state)
        for estimate in drive(explainer, state, step_seconds=_STEP_SECONDS, first_units=explainer.first_units(state)):
            request["used_precision"] = estimate.state.used_precision
            yield estimate

    def _notice_of(self, request: dict[str, Any]) -> str:
        if not self._model.safe_to_train:
            return "unsafe_to_train"
        return "no_bfloat16" if request["precision"] == "bfloat16" and not self._model.has_bfloat16() else ""

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

        # Where there is no bfloat16 the view says so; a warning of the explainer would reach nobody.
        precision: Any = request["precision"]
        if precision != "float32" and not self._model.has_bfloat16():
            precision = "float32"
        if request["method"] == "gradient":
            return SimpleGradient(self._model, multiply_by_inputs=request["multiply_by_inputs"], precision=precision)
        if request["method"] == "gradient_x_input":
            return GradientXInput(self._model, precision=precision)
        if self._noise is None or self._noise.seed != request["seed"]:
            self._noise = UnitNoise(request["seed"], tuple(array.shape for array in self._inputs))
        return SmoothGrad(
            self._model,
            noise_level=request["noise_level"],
            n_samples=request["n_samples"],
            seed=request["seed"],
            reduce=_METHODS[request["method"]],  # type: ignore[arg-type]
            multiply_by_inputs=request["multiply_by_inputs"],
            precision=precision,
            unit_noise=self._noise,
        )

    def _custom_stream(self, request: dict[str, Any]) -> Iterator[Estimate[Any]]:
        """Run the reader's own method, on the reader's own model, and check what it gives."""
        method = request["method"]
        self._resolve(request, self._model.refresh())
        self._publish(notice="unsafe_to_train")
        tensors = self._model.tensors(self._inputs)
        given = tensors if len(tensors) > 1 else tensors[0]
        if callable(getattr(method, "stream", None)):
            for estimate in method.stream(given, target=request["targets"]):
                yield replace(estimate, value=self._checked(estimate.value, method), state=None)
            return
        values = self._checked(method.attribute(given, target=request["targets"]), method)
        yield Estimate(values, None, 1, 1, "pass", finished=True, state=None)

    def _checked(self, values: Any, method: Any) -> tuple[np.ndarray, ...]:
        arrays = tuple(_as_array(value) for value in (values if isinstance(values, tuple) else (values,)))
        name = f"{type(method).__name__}.attribute"
        if [array.shape for array in arrays] != [array.shape for array in self._inputs]:
            raise InputError(
                "The method's map does not have the shape of the input.",
                given=f"{name} returned shape {', '.join(str(array.shape) for array in arrays)}",
                expected=", ".join(str(array.shape) for array in self._inputs),
                do="resize it to the input inside attribute()",
            )
        bad = sum(int(np.count_nonzero(~np.isfinite(array))) for array in arrays)
        if bad:
            raise ModelError(
                "The method's map is not finite.",
                given=f"{name} returned {bad} values that are NaN or infinite",
                expected="finite numbers",
                do="look for a division by zero in the method or the model",
            )
        return arrays

    def _resolve(self, request: dict[str, Any], fingerprint: str) -> None:
        """Publish the scores, and note in the request what is explained: each row's target and its score."""
        self._publish_scores(fingerprint, request["target"])
        scores, target, rows = self._scored[1], request["target"], len(self._inputs[0])
        if callable(target):
            request["targets"], request["scores"] = target, [None] * rows
            return
        if target is None:
            assert scores is not None
            target = scores.argmax(axis=1).tolist()
        targets = list(target) if isinstance(target, list) and len(target) > 1 else list(np.ravel(target)) * rows
        request["targets"] = [int(each) for each in targets]
        request["scores"] = [None] * rows
        if scores is not None and len(targets) == rows and max(targets) < scores.shape[1]:
            request["scores"] = [float(row[each]) for row, each in zip(scores, targets, strict=True)]

    def _publish_scores(self, fingerprint: str, target: Any) -> None:
        known, scores_known = self._scored
        if known == fingerprint and (scores_known is not None or callable(target)):
            return
        try:
            scores: np.ndarray | None = self._model.scores(self._inputs)
        except InputError:
            if not callable(target):
                raise
            scores = None  # an output that only the reader's own target function understands
        if scores is not None and self._names_given and len(self.class_names) != scores.shape[1]:
            raise InputError(
                "The number of class names is not that of the classes.",
                given=f"{len(self.class_names)} names for a model with {scores.shape[1]} outputs",
                expected="one name for each output, in its order",
                do="pass as many, or leave class_names= out",
            )
        self._scored = (fingerprint, scores)
        self._show_scores()

    # -- showing: the worker's thread ----------------------------------------------------------------------------------

    def _on_shown(self, _: Any) -> None:
        self._on_worker(self._show_all_again)

    def _on_method(self, change: Any) -> None:
        if not isinstance(change.new, str):
            self.custom_method = change.new  # "custom" in the view's list brings it back

    def _show_all_again(self) -> None:
        self._publish(picture=self._picture_frame(self.index))
        self._show_scores()
        self._show_again()

    def _picture_frame(self, index: int) -> dict[str, Any]:
        rgb = shrink(self._pictures[min(index, len(self._pictures) - 1)])
        return wire.frame({"index": index}, {"rgb": wire.as_is(np.rint(rgb).astype(np.uint8))})

    def _show_scores(self) -> None:
        scores = self._scored[1]
        if scores is None:
            self._publish(scores=None)
            return
        kind, values = _as_probabilities(scores[self.index])
        top = [int(index) for index in np.argsort(-values, kind="stable")[:5]]
        shown = {
            "kind": kind,
            "top": [{"index": index, "name": self._name_of(index), "value": float(values[index])} for index in top],
            "values": [float(value) for value in values] if len(values) <= _MOST_NAMED else None,
        }
        self._publish(n_classes=scores.shape[1], scores=shown)

    def _frame(self, estimate: Any, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        seen = self._seen(estimate)
        arrays = {"map": wire.quantise(seen.cells, "int16")}
        if seen.cell_errors is not None:
            arrays["error"] = wire.quantise(seen.cell_errors, "uint8")
        return wire.frame({"job": job, "sequence": sequence, **self._header(seen, estimate, request)}, arrays)

    def _figure(self, estimate: Any, request: dict[str, Any], job: int, theme: str) -> Figure:
        seen = self._seen(estimate)
        view = {name: getattr(self, name) for name in _DRAWN}
        header = {"job": job, "sequence": 0, **self._header(seen, estimate, request)}
        picture = np.rint(shrink(self._pictures[seen.index])).astype(np.uint8)
        return Figure(header, seen.cells, picture, **view, theme=theme, status=self.status)

    def _seen(self, estimate: Any) -> _Seen:
        index, how = self.index, self.channel_reduction  # read once: another thread may set them meanwhile
        value, error = _first(estimate.value)[index], _first(estimate.standard_error)
        error = None if error is None else error[index]
        cells, cell_errors = reduce_channels(value, error, how)
        return _Seen(index, how, value, error, shrink(cells), None if cell_errors is None else shrink(cell_errors))

    def _header(self, seen: _Seen, estimate: Any, request: dict[str, Any]) -> dict[str, Any]:
        targets, picture = request["targets"], self._inputs[0][seen.index]
        target = None if callable(targets) else targets[seen.index]
        noisy = _is_noisy(request["method"])
        return {
            "finished": estimate.finished,
            "done": estimate.done,
            "total": estimate.total,
            "unit": estimate.unit,
            "method": method_to_json(request["method"]),
            "method_name": type(request["method"]).__name__,
            "multiply_by_inputs": request["multiply_by_inputs"],
            "channel_reduction": seen.channel_reduction,
            "channels": len(seen.value),
            "index": seen.index,
            "input_height": seen.value.shape[1],
            "input_width": seen.value.shape[2],
            "signed": _is_signed(request, seen.value),
            "target": target,
            "target_name": name_of_function(targets) if target is None else self._name_of(target),
            "score": request["scores"][seen.index],
            "noise_level": request["noise_level"] if noisy else None,
            "sigma": request["noise_level"] * float(picture.max() - picture.min()) if noisy else None,
            "n_samples": request["n_samples"],
            "seed": request["seed"],
            "precision": request["used_precision"],
            "relative_error": _relative(seen.value, seen.error),
            "code": self._code(estimate, request),
        }

    def _explain(self, estimate: Any, request: dict[str, Any]) -> Attribution:
        targets, scores = request["targets"], request["scores"]
        return Attribution(
            values=self._as_given(estimate.value),
            standard_error=self._as_given(estimate.standard_error),
            target=targets[0] if self._single and not callable(targets) else targets,
            score=scores[0] if self._single else scores,
            done=estimate.done,
            total=estimate.total,
            parameters=self._reproducing(estimate, request),
        )

    def _reproducing(self, estimate: Any, request: dict[str, Any]) -> dict[str, Any]:
        targets = request["targets"]
        parameters: dict[str, Any] = {
            "target": targets if callable(targets) or len(set(targets)) > 1 else targets[0],
            "method": request["method"],
        }
        if _is_noisy(request["method"]):
            parameters |= {"noise_level": request["noise_level"], "n_samples": estimate.done, "seed": request["seed"]}
        if request["multiply_by_inputs"] and request["method"] in _METHODS_TO_MULTIPLY:
            parameters["multiply_by_inputs"] = True
        if isinstance(request["method"], str):
            parameters["precision"] = request["used_precision"]
        if self._output != "score":
            parameters["output"] = self._output
        return parameters

    def _code(self, estimate: Any, request: dict[str, Any]) -> str:
        parameters = self._reproducing(estimate, request)
        if parameters.get("precision") == "float32":
            del parameters["precision"]  # a call that does not name it means that
        return call_as_code("xw.SaliencyMap", request["names"], parameters)

    def _name_of(self, index: int) -> str:
        return self.class_names[index] if index < len(self.class_names) else str(index)

    def _as_given(self, value: Any) -> Any:
        """Return float32 arrays of exactly the shape and kind of the inputs."""
        if value is None:
            return None
        parts = value if isinstance(value, tuple) else (value,)
        largest, most = max(float(np.abs(part).max()) for part in parts), float(np.finfo(np.float32).max)
        if largest > most:
            raise ModelError(
                "The map is too large for float32.",
                given=f"values up to {largest:.1e}",
                expected=f"at most {most:.1e}",
                do="scale the scores down inside the model, or choose a method that squares no gradients",
            )
        arrays = [np.asarray(part, dtype=np.float32) for part in parts]
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
        shown = [given_picture(one) for one in given]
        for one in shown:
            if abs(np.log(one.shape[0] / one.shape[1] * images.shape[3] / images.shape[2])) > 0.05:
                raise InputError(
                    "The picture does not have the form of the input.",
                    given=f"a picture of {one.shape[0]} x {one.shape[1]} for an input of {images.shape[2:]}",
                    expected="the same ratio of height to width: the map lies over the picture",
                    do="crop the picture as the input was cropped",
                )
        return shown

    def _free(self) -> None:
        self._noise = None
        self._model.release()
        if self._shown is not None and self._explanation is not None:
            estimate, request, job = self._shown
            kept = replace(estimate, state=None)
            self._shown = (kept, request, job)


def _is_noisy(method: Any) -> bool:
    return isinstance(method, str) and _METHODS[method] is not None


def _is_signed(request: dict[str, Any], value: np.ndarray) -> bool:
    """Whether the map can be below zero: by its definition, and where that does not tell, by its values."""
    method = request["method"]
    if not isinstance(method, str):
        return bool(value.min() < 0)
    return method not in _UNSIGNED or (request["multiply_by_inputs"] and bool(value.min() < 0))


def _check_image(image: np.ndarray, given: Any) -> None:
    if image.ndim != 4:
        expected = "(channels, height, width), or (rows, channels, height, width) for several"
        raise InputError(
            "The input is not a picture.",
            given=f"an input of shape {image.shape}",
            expected="rows first in a tuple: (rows, channels, height, width)" if isinstance(given, tuple) else expected,
            do="for other inputs use xai_widgets.explainers, which take any shape",
        )
    if image.shape[1] > 4 and image.shape[3] in (1, 3, 4):
        raise InputError(
            "The channels of the input seem to come last.",
            given=f"an input of shape {tuple(given.shape) if hasattr(given, 'shape') else image.shape}",
            expected="channels before height and width, as torch has them",
            do="permute it: inputs.permute(2, 0, 1) for a single picture",
        )


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
    largest = float(np.abs(value).max())
    if error is None or largest == 0.0:
        return None
    relative = float(np.linalg.norm(error / largest) / np.linalg.norm(value / largest))
    return relative if np.isfinite(relative) else None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def _as_array(value: Any) -> np.ndarray:
    return np.asarray(value.detach().cpu().numpy() if hasattr(value, "detach") else value, dtype=np.float64)
