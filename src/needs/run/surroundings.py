"""What the process of a notebook is told of the machine: a list of names, so that no secret is on it.

Whoever runs a report may have passwords and tokens in the environment. A notebook that shows what it was told would write them
into the report's folder, so it is told only what Python, its libraries and the programs it starts need.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = ["STEADY", "only", "surroundings"]

STEADY = {
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENBLAS_L2_SIZE": "512",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONSAFEPATH": "1",
    "PYTHONSTARTUP": "",
    "TZ": "UTC",
}
"""What every notebook is told, so that results do not depend on who runs it and where, nor code on the folder it is run in.

Linear algebra is done alike by every processor of the x86 family since 2013; other families do not know these names. No library
starts a thread as it is imported: a fork would break it.
"""

_NAMES = frozenset({
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TERM", "TMPDIR", "TMP", "TEMP", "PWD", "NO_COLOR",
    "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "MPLCONFIGDIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PROJ_DATA", "PROJ_LIB",
    "GDAL_DATA", "SSL_CERT_FILE", "SSL_CERT_DIR", "SOURCE_DATE_EPOCH", "QUARTO_PATH", "QUARTO_PANDOC", "QUARTO_TYPST",
    "PYTHONPATH", "PYTHONHOME", "PYTHONUTF8", "PYTHONWARNINGS", "PYTHONDEVMODE", "PYTHONFAULTHANDLER", "PYTHONNOUSERSITE",
    "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONUSERBASE", "PYTHONPLATLIBDIR", "COVERAGE_PROCESS_START",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "USERNAME", "HOMEDRIVE", "HOMEPATH", "APPDATA",
    "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "PROCESSOR_ARCHITECTURE", "NUMBER_OF_PROCESSORS", "OS", "NEEDS_PROJECT",
})  # fmt: skip
_STARTS = ("LC_", "NUMBA_")


def surroundings(root: Path | None = None) -> dict[str, str]:
    """Return the environment of a notebook's process.

    Parameters
    ----------
    root : Path, optional
        Project folder, which a notebook finds as ``NEEDS_PROJECT``.

    Examples
    --------
    >>> os.environ["GITHUB_TOKEN"] = "secret"
    >>> told = surroundings(Path("."))
    >>> "PATH" in told, "GITHUB_TOKEN" in told, told["TZ"], told["NEEDS_PROJECT"]
    (True, False, 'UTC', '.')
    >>> del os.environ["GITHUB_TOKEN"]
    """
    kept = {name: value for name, value in os.environ.items() if name in _NAMES or name.startswith(_STARTS)}
    return kept | STEADY | ({"NEEDS_PROJECT": str(root)} if root else {})


@contextmanager
def only(told: Mapping[str, str]) -> Iterator[None]:
    """Let what is started meanwhile know these variables alone, from its first moment.

    Examples
    --------
    >>> with only({"PATH": "/bin"}):
    ...     dict(os.environ)
    {'PATH': '/bin'}
    """
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(told)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
