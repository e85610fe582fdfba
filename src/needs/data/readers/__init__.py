"""Readers of public formats: each knows its own files by their first rows, and gives one figure a row."""

from needs.data.readers.fingertips import Fingertips
from needs.data.readers.form import HEAD_ROWS, Head, Reader, Reading
from needs.data.readers.imd import Imd
from needs.data.readers.mha import MentalHealthAct
from needs.data.readers.mhsds import Mhsds
from needs.data.readers.oap import Oap
from needs.data.readers.ons_population import OnsPopulation
from needs.data.readers.smi_checks import SmiChecks

__all__ = ["HEAD_ROWS", "READERS", "Head", "Reader", "Reading"]

READERS: tuple[Reader, ...] = (Mhsds(), OnsPopulation(), Imd(), Fingertips(), MentalHealthAct(), SmiChecks(), Oap())
"""Readers in the order in which they are asked; a file that several know is told to be ambiguous."""
