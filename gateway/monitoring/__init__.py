"""Monitoring: something is wrong, and people are told.

- `vitals`: everything that is watched, as values of one moment; `complaints` says what is wrong by them.
- `alarms`: the alarms that last and those that ring. The kinds are one table, gateway/model/alarm.py: a new
  kind is a row there, its words in gateway/i18n, and one module that raises it.
- `watcher`, `disk`, `clock`, `tasks`, `polling`, `canary`: the owners of alarms.
- `sources`: when each source last sent something.
- `duty_room`: rings a speaker until somebody acknowledges by name.
- `metrics`, `webhooks`: the same for programs.
"""
