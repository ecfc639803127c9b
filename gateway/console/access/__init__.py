"""Access: who may ask the console, and for what.

`tokens` are carried by programs, `sessions` belong to browsers. `callers` tells from both who sent a request.
"""
