"""Conditions × facts → situations."""
