"""The HTTP API under /api/v1, a module a noun."""
