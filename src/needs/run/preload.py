"""What every notebook of the fast lane is born with: slow to import, and starts no threads (a fork would break them).

The fork server imports this module once. What cannot be imported is left to the notebook that needs it, which says so.
"""

from __future__ import annotations

import contextlib
import importlib

__all__ = ["MODULES"]

MODULES = (
    "nbclient", "nbformat", "IPython.core.interactiveshell", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
    "afcharts", "scipy.stats", "scipy.optimize", "scipy.special", "statsmodels.api", "geopandas", "pandera.pandas", "PIL.Image",
    "needs.data.inputs", "needs.methods.flow", "needs.present.charts", "needs.present.tables", "needs.present.maps",
)  # fmt: skip

for _module in MODULES:
    with contextlib.suppress(Exception):
        importlib.import_module(_module)
