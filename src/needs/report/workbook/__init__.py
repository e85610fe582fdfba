"""Every table of a report as a workbook of numbers, by the government's pattern for accessible spreadsheets."""

from needs.report.workbook.book import write_workbook
from needs.report.workbook.pattern import audit_workbook

__all__ = ["audit_workbook", "write_workbook"]
