"""What every notebook of the fast lane is born with: slow to import, and starts no threads (a fork would break them).

The fork server imports this module once. What cannot be imported is left to the notebook that needs it, which says so.
"""

from __future__ import annotations

import contextlib
import importlib
import pickle
import sys
from types import TracebackType

__all__ = ["MODULES"]

MODULES = (
    "psutil", "nbclient", "nbformat", "IPython.core.interactiveshell", "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg", "afcharts", "scipy.stats", "scipy.optimize", "scipy.special", "statsmodels.api",
    "geopandas", "pandera.pandas", "PIL.Image", "needs.data.inputs", "needs.methods.flow", "needs.present.charts",
    "needs.present.tables", "needs.present.maps",
)  # fmt: skip


def _say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say what went wrong in a process, unless whoever asked for it died before it could tell what to do."""
    if not isinstance(error, (EOFError, pickle.UnpicklingError)):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say

for _module in MODULES:
    with contextlib.suppress(Exception):
        importlib.import_module(_module)
