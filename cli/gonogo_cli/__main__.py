"""`python -m gonogo_cli` is `gonogo`."""

from gonogo_cli.main import main

main()
