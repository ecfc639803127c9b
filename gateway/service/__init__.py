"""Service: install, upgrade and remove the gateway on a Linux machine with systemd.

- `install` does it, step by step. `box` says where things lie on the machine and runs its programs.
- `bundle` copies the running program into a folder that runs by itself.
- `takeover` asks the new version whether it can run the site, before the old version is stopped.
"""
