"""Runtime: the parts that every task of the daemon stands on.

- `clock`: the time of day, whether it can be trusted, and when it was set. `reckoning`: the time that runs on
  while the clock cannot be believed.
- `supervisor`, `pulse`: tasks that die or are stuck are started again.
- `events`: the bus of events; the events themselves are values of gateway/model/event.py.
- `loop`, `memory`: the event loop, and the C library's heap.
- `logs`: the log, without secrets.
- `systemd`: systemd is told how the daemon is.

Nothing here decides anything about a warning.
"""
