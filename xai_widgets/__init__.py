"""Live explanations of machine-learning models in the notebook.

Names are imported at first use: ``import xai_widgets`` alone loads neither torch nor the widgets.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import explainers, zoo
    from .explainers.attribution import Attribution
    from .explainers.gradient import GradientXInput, SimpleGradient
    from .explainers.lime import LIMETabular
    from .explainers.shapley.background import Background
    from .explainers.shapley.by_package import DeepSHAP, PartitionSHAP
    from .explainers.shapley.choose import explainer_for
    from .explainers.shapley.exact_shap import ExactSHAP
    from .explainers.shapley.gradient_shap import GradientSHAP
    from .explainers.shapley.kernel_shap import KernelSHAP
    from .explainers.shapley.linear_shap import LinearSHAP
    from .explainers.shapley.permutation_shap import PermutationSHAP
    from .explainers.shapley.tree_shap import TreeSHAP
    from .explainers.smoothgrad import SmoothGrad
    from .explainers.stream import Estimate
    from .widgets.agreement_plot import AgreementPlot
    from .widgets.beeswarm_plot import BeeswarmPlot
    from .widgets.dependence_plot import DependencePlot
    from .widgets.force_plot import ForcePlot
    from .widgets.ice_explorer import ICEExplorer
    from .widgets.ice_plot import ICEPlot
    from .widgets.importance_plot import ImportancePlot
    from .widgets.lime_plot import LIMEPlot
    from .widgets.pdp_surface import PDPSurface
    from .widgets.saliency_map import SaliencyMap
    from .widgets.waterfall_plot import WaterfallPlot

__version__ = "0.1.0"

__all__ = [
    "AgreementPlot",
    "Attribution",
    "Background",
    "BeeswarmPlot",
    "DeepSHAP",
    "DependencePlot",
    "Estimate",
    "ExactSHAP",
    "ForcePlot",
    "GradientSHAP",
    "GradientXInput",
    "ICEExplorer",
    "ICEPlot",
    "ImportancePlot",
    "KernelSHAP",
    "LIMEPlot",
    "LIMETabular",
    "LinearSHAP",
    "PDPSurface",
    "PartitionSHAP",
    "PermutationSHAP",
    "SaliencyMap",
    "SimpleGradient",
    "SmoothGrad",
    "TreeSHAP",
    "WaterfallPlot",
    "explainer_for",
    "explainers",
    "zoo",
]

_HOME = {
    "AgreementPlot": "widgets.agreement_plot",
    "Attribution": "explainers.attribution",
    "Background": "explainers.shapley.background",
    "BeeswarmPlot": "widgets.beeswarm_plot",
    "DeepSHAP": "explainers.shapley.by_package",
    "DependencePlot": "widgets.dependence_plot",
    "Estimate": "explainers.stream",
    "ExactSHAP": "explainers.shapley.exact_shap",
    "ForcePlot": "widgets.force_plot",
    "GradientSHAP": "explainers.shapley.gradient_shap",
    "GradientXInput": "explainers.gradient",
    "ICEExplorer": "widgets.ice_explorer",
    "ICEPlot": "widgets.ice_plot",
    "ImportancePlot": "widgets.importance_plot",
    "KernelSHAP": "explainers.shapley.kernel_shap",
    "LIMEPlot": "widgets.lime_plot",
    "LIMETabular": "explainers.lime",
    "LinearSHAP": "explainers.shapley.linear_shap",
    "PDPSurface": "widgets.pdp_surface",
    "PartitionSHAP": "explainers.shapley.by_package",
    "PermutationSHAP": "explainers.shapley.permutation_shap",
    "SaliencyMap": "widgets.saliency_map",
    "SimpleGradient": "explainers.gradient",
    "SmoothGrad": "explainers.smoothgrad",
    "TreeSHAP": "explainers.shapley.tree_shap",
    "WaterfallPlot": "widgets.waterfall_plot",
    "explainer_for": "explainers.shapley.choose",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name not in _HOME:
        return import_module(f".{name}", __name__)
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
