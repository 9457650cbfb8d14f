"""Levels above items: lots, and what stands above them, are judged by counts over verdicts; so are objectives."""
