"""The region's own service data: read, checked, never shown before they pass disclosure control."""

from needs.data.service.held import Service
from needs.data.service.reading import read, read_folder, read_table

__all__ = ["Service", "read", "read_folder", "read_table"]
