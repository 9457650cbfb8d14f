"""Millions of facts: every peer is a process of its own, from a file of facts to a file of verdicts."""
