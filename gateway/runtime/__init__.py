"""Runtime: the parts that every task stands on, such as the clock, the supervisor, the event loop and the logs.

Nothing here knows of warnings.
"""
