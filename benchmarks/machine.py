"""The machine that a measurement was made on, as far as it explains the numbers: no names of hosts, no paths."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("numpy", "pandas", "scipy", "matplotlib", "numba", "papermill", "ipykernel", "ipython", "distributed")


def described() -> dict[str, str | int]:
    """Return processor, cores, memory, system, Python and libraries."""
    with_version = {}
    for name in LIBRARIES:
        try:
            with_version[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "processor": _line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "memory_gb": round(int(_line("/proc/meminfo", "MemTotal").split()[0] or 0) / 1e6),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}, {_distribution()}",
        "python": platform.python_version(),
        **with_version,
    }


def busy() -> float:
    """Return how many processes wanted a core in the last minute, on average."""
    return round(os.getloadavg()[0], 1)


def sentence(machine: dict[str, str | int]) -> str:
    """Put a machine into one line."""
    libraries = ", ".join(f"{name} {machine[name]}" for name in LIBRARIES if name in machine)
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}, "
        f"Python {machine['python']}; {libraries}"
    )


def _line(file: str, name: str) -> str:
    """Return what a file of the system says after a name, or ``0`` where there is no such file."""
    path = Path(file)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "0")


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform(terse=True)


if __name__ == "__main__":
    print(sentence(described()))
