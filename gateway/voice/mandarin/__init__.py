"""Mandarin: words become syllables, and syllables become phonemes."""
