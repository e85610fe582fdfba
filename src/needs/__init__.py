"""Needs assessment and reporting for adult secure mental health services in England."""

__all__ = ["__version__"]

__version__ = "0.1.0"
