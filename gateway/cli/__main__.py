"""`python -m gateway.cli` is the command `tongluo`."""

from gateway.cli.main import main

main()
