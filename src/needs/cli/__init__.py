"""The commands. The only place that prints; heavy modules load when a command needs them."""

from needs.cli.commands import main, needs

__all__ = ["main", "needs"]
