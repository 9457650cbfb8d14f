"""The evidence of specs: one page of HTML that stands by itself, and the same as JSON, Cucumber Messages and JUnit."""
