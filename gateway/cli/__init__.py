"""The command line `tongluo`: a client of the HTTP API, and the commands that run or install the gateway."""
