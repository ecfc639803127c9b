"""Engines: each is a Voice that makes sound of one sentence, in a worker process or by a service.

- `espeak`: the offline voice, which is always there. Its worker process is `espeak_worker`.
- `wyoming` and `edge`: voices that a site may choose besides. `choice` opens the one that is configured, and
  `vetting` checks its sound before it is heard.
"""
