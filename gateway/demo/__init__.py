"""Demo: a simulated township in one process, as `make run` starts it."""
