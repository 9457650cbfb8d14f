"""Drawings, written to files: as SVG, or as PNG."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gonogo_cli.output import beside

ENDINGS: Final = (".svg", ".png")
SCALE: Final = 2
"""How many pixels of a PNG are one of the drawing."""


def write_drawing(svg: str, path: str) -> None:
    """Write a drawing as the ending of the file says; it is there as a whole, or not at all."""
    with beside(path) as part:
        if Path(path).suffix.lower() == ".svg":
            part.write_text(svg, "utf-8")
            return
        from resvg_py import svg_to_bytes

        part.write_bytes(bytes(svg_to_bytes(svg_string=svg, zoom=SCALE, background="white")))
