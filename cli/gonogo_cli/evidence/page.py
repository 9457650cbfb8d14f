"""The page of the evidence: sections in their order."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gonogo_cli.evidence.content import Content
from gonogo_cli.evidence.head import foot, head, summary
from gonogo_cli.evidence.rules import coverage, matrix
from gonogo_cli.evidence.scenarios import scenarios
from gonogo_cli.evidence.waiting import failures, unapproved, unread
from gonogo_cli.report.markup import element
from gonogo_cli.report.sheet import sheet

OWN_STYLE: Final = Path(__file__).with_name("style.css")


def page(content: Content) -> str:
    """The page as text."""
    program = next(tool.version for tool in content.told.tools if tool.name == "gonogo")
    main = element(
        "main", summary(content), unread(content), failures(content), unapproved(content), matrix(content),
        coverage(content), scenarios(content), foot(content),
    )  # fmt: skip
    skip = element("a", "Skip to the matrix", href="#matrix", class_="skip")
    return sheet(f"Evidence of specs: {content.standard.title}", program, skip, head(content), main, more=(OWN_STYLE,))
