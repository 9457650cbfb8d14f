"""Judging in columns: millions of facts are screened by SQL, and each distinct situation is reasoned about once."""
