"""Gherkin specs of standards: their words, the scene that they speak of, and how they are run."""
