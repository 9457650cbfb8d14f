"""The compiler's passes, one a file, each named as its function: see `gonogo.program.compiler` for their order."""
