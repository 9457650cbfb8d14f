"""Specs that gonogo proposes: cases at the limits of a standard, found, played, and written as feature files."""
