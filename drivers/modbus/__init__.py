"""Horns and voice alarms on a Modbus line: stored clips by number, volume and stop. The register map is data.

`frames` is the codec of RTU, `envelope` that of Modbus/TCP. `exchange` and `socketed` ask one question at a
time over a shared line. `profile` describes a kind of horn (TOML files in `profiles/`): a new make of horn
needs a profile and no code. `horns` are the units of a line, `play` takes a `burst` from its order to its
end, and `driver` is what the gateway calls.

The evidence of such hardware ends at Accepted: the echo of a write proves that the order arrived, never that
anything sounded.
"""
