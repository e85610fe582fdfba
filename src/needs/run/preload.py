"""What every notebook of the fast lane is born with: slow to import, and starts no threads (a fork would break them).

The fork server imports this module once. What cannot be imported is left to the notebook that needs it, which says so.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import pickle
import sys
from types import TracebackType

__all__ = ["MODULES"]

MODULES = (
    "psutil", "nbclient", "nbformat", "IPython.core.interactiveshell", "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg", "afcharts", "scipy.stats", "scipy.optimize", "scipy.special", "statsmodels.api",
    "geopandas", "pandera.pandas", "PIL.Image", "needs.data.inputs", "needs.methods.flow", "needs.present.charts",
    "needs.present.tables", "needs.present.maps", "needs.run.notebook", "needs.run.store", "needs.run.manifest", "needs.run.door",
    "needs.run.shell",
)  # fmt: skip


def _say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say what went wrong in a process, unless whoever asked for it died before it could tell what to do."""
    if not isinstance(error, (EOFError, pickle.UnpicklingError)):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say

for _module in MODULES:
    with contextlib.suppress(Exception):
        importlib.import_module(_module)


def _warm() -> None:
    """Do once what the first drawing and the first simulation of each notebook would load."""
    import numpy as np
    from matplotlib.figure import Figure

    from needs.methods.flow import simulate
    from needs.methods.flow_network import Census, Network

    nobody = np.zeros((1, 1, 1, 1), int)
    ward = Network(
        *(np.full((1, 1, 10, 1, 1), 2.5), np.full((1, 1, 10, 1), 6), np.full((1, 1, 2), 2.0), np.zeros((1, 1))),
        *(np.array([[[0, 1.0]]]), Census(np.array([[[5]]]), nobody, nobody)),
        tiers=("ward",),
        exits=("home",),
        origins=("court",),
        prisons=(),
    )
    simulate(ward, 1, seed=1, threads=1)
    figure = Figure()
    axis = figure.subplots()
    axis.plot([1, 2], [1, 2], label="a")
    axis.legend()
    for form in ("svg", "png"):
        figure.savefig(io.BytesIO(), format=form)


def _remember() -> None:
    """Note the code that was imported here, which is what every process from here runs."""
    from needs.run.manifest import loaded

    loaded()


for _prepare in (_remember, _warm):
    with contextlib.suppress(Exception):
        _prepare()
gc.collect()
gc.freeze()  # what is there now is never looked at again, so that its pages stay shared
