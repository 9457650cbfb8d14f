"""The whole page: sections in their order."""

from __future__ import annotations

from gonogo_cli.report.concessions import concessions
from gonogo_cli.report.content import Content
from gonogo_cli.report.drawing import PATTERNS
from gonogo_cli.report.findings import findings
from gonogo_cli.report.head import foot, head, objectives, outcomes
from gonogo_cli.report.items import not_judged, unusable, worst
from gonogo_cli.report.lots import levels_above, lots
from gonogo_cli.report.markup import Html, element, joined
from gonogo_cli.report.sheet import sheet


def page(content: Content) -> str:
    """The page as text."""
    title = f"Inspection report: {content.told.title}"
    skip = element("a", "Skip to the findings", href="#findings", class_="skip")
    return sheet(title, content.told.program, PATTERNS, skip, head(content), element("main", sections(content)))


def sections(content: Content) -> Html:
    """What stands below the head."""
    return joined(
        outcomes(content), objectives(content), findings(content), lots(content), levels_above(content), worst(content),
        not_judged(content), concessions(content), unusable(content), foot(content),
    )  # fmt: skip
