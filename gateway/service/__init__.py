"""Service: install, upgrade and remove the gateway on a Linux machine with systemd."""
