"""Facts: rows read from files and pipes, and values read from their cells. Bad rows are named, nothing is guessed."""

from gonogo.facts.cells import Unusable, read_category, read_date, read_flag, read_number, read_text, read_time
from gonogo.facts.row import FactsOptions, Row
from gonogo.facts.source import Facts, open_facts

__all__ = [
    "Facts",
    "FactsOptions",
    "Row",
    "Unusable",
    "open_facts",
    "read_category",
    "read_date",
    "read_flag",
    "read_number",
    "read_text",
    "read_time",
]
