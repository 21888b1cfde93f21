"""Live explanations of machine-learning models in the notebook.

Names are imported at first use: ``import xai_widgets`` alone loads neither torch nor the widgets.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import explainers, zoo
    from .explainers.attribution import Attribution
    from .explainers.gradient import GradientXInput, SimpleGradient
    from .explainers.smoothgrad import SmoothGrad
    from .explainers.stream import Estimate
    from .widgets.agreement_plot import AgreementPlot
    from .widgets.ice_explorer import ICEExplorer
    from .widgets.ice_plot import ICEPlot
    from .widgets.importance_plot import ImportancePlot
    from .widgets.lime_plot import LIMEPlot
    from .widgets.pdp_surface import PDPSurface
    from .widgets.saliency_map import SaliencyMap

__version__ = "0.1.0"

__all__ = [
    "AgreementPlot",
    "Attribution",
    "Estimate",
    "GradientXInput",
    "ICEExplorer",
    "ICEPlot",
    "ImportancePlot",
    "LIMEPlot",
    "PDPSurface",
    "SaliencyMap",
    "SimpleGradient",
    "SmoothGrad",
    "explainers",
    "zoo",
]

_HOME = {
    "AgreementPlot": "widgets.agreement_plot",
    "Attribution": "explainers.attribution",
    "Estimate": "explainers.stream",
    "GradientXInput": "explainers.gradient",
    "ICEExplorer": "widgets.ice_explorer",
    "ICEPlot": "widgets.ice_plot",
    "ImportancePlot": "widgets.importance_plot",
    "LIMEPlot": "widgets.lime_plot",
    "PDPSurface": "widgets.pdp_surface",
    "SaliencyMap": "widgets.saliency_map",
    "SimpleGradient": "explainers.gradient",
    "SmoothGrad": "explainers.smoothgrad",
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
