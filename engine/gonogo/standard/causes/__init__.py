"""`causes.yaml`: what may lie behind the findings of a standard, and what can be done about it."""
