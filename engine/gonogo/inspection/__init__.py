"""Runs over files of facts: one by one, in columns, or on a cluster; all give the same verdicts."""
