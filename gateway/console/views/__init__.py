"""The shapes that the API answers in."""
