"""The whole page: sections in their order, one style sheet, and nothing that is fetched or run."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gonogo_cli.report.concessions import concessions
from gonogo_cli.report.content import Content
from gonogo_cli.report.drawing import PATTERNS
from gonogo_cli.report.findings import findings
from gonogo_cli.report.head import foot, head, objectives, outcomes
from gonogo_cli.report.items import not_judged, unusable, worst
from gonogo_cli.report.lots import levels_above, lots
from gonogo_cli.report.markup import Html, element, joined, raw

STYLE: Final = Path(__file__).with_name("style.css")

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""INVARIANT: the page needs no network and runs nothing; a browser that reads this holds it to that."""


def page(content: Content) -> str:
    """The page as text."""
    body = element(
        "body", PATTERNS, element("a", "Skip to the findings", href="#findings", class_="skip"), head(content),
        element("main", sections(content)),
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{element('html', _about(content), body, lang='en')}\n"


def sections(content: Content) -> Html:
    """What stands below the head."""
    return joined(
        outcomes(content), objectives(content), findings(content), lots(content), levels_above(content), worst(content),
        not_judged(content), concessions(content), unusable(content), foot(content),
    )  # fmt: skip


def _about(content: Content) -> Html:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="generator", content=f"gonogo {content.told.program}"),
        element("title", f"Inspection report: {content.told.title}"),
        element("style", raw(STYLE.read_text("utf-8"))),
    )
