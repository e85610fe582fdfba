"""What a region's own service data hold: one definition, from which checks, templates and documents are made."""

from needs.dataset.columns import Column, Form, Table
from needs.dataset.tables import TABLES, table

__all__ = ["TABLES", "Column", "Form", "Table", "table"]
