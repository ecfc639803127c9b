"""Voices: each engine makes sound of sentences in a worker or a service of its own."""
