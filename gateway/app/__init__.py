"""App: from the configuration to objects, supervised tasks and a clean stop."""
