"""What every page is written on: one style sheet, and nothing that is fetched or run."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gonogo_cli.report.markup import Child, element, raw

STYLE: Final = Path(__file__).with_name("style.css")

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""INVARIANT: the page needs no network and runs nothing; a browser that reads this holds it to that."""


def sheet(title: str, program: str, *body: Child, more: tuple[Path, ...] = ()) -> str:
    """A page as text.

    Parameters
    ----------
    title : str
        What the browser calls it.
    program : str
        The version of gonogo.
    body : str, Html, None, or iterables of them
        What stands on it.
    more : tuple of Path, optional
        Style sheets of its own, of this package.
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="generator", content=f"gonogo {program}"),
        element("title", title),
        element("style", raw("".join(path.read_text("utf-8") for path in (STYLE, *more)))),
    )
    return f"<!DOCTYPE html>\n{element('html', head, element('body', *body), lang='en')}\n"
