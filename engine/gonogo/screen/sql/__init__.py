"""The program printed as SQL: one emitter, two dialects; raw columns in, words of situations out."""
