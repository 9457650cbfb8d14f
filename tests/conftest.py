"""Fixtures of more than one module."""

from __future__ import annotations

from browser import chromium as chromium
