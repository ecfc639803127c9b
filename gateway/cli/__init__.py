"""The command line `tongluo`: a client of the HTTP API, and commands that run, inspect or install the gateway.

`main` lists the commands; each stands in a file of its noun, as `app`. `options` are shared by several commands,
`client` asks the gateway, `tables` show its answers.
"""
