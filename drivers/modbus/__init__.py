"""Horns and voice alarms on a Modbus RTU line: stored clips by number, volume and stop, through a register map kept as data.

`frames` is the codec and the only importer of pymodbus, `exchange` asks one question at a time over a shared line, `profile`
describes a kind of horn (TOML files in `profiles/`), `driver` plays. A horn of a new make needs a profile, not code.

What such hardware can prove ends at Accepted: the echo of a write says that the order arrived, never that anything sounded.
"""
