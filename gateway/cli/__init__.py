"""The command line `tongluo`: a client of the HTTP API, and commands that run or install the gateway.

`main` lists the commands. Each stands in a file of its noun, as `app`. `options` are shared by several
commands, `client` asks the gateway, `tables` show its answers.
"""
