"""Our own loudspeaker protocol: authenticated frames, sound over the line, and proof of sound. See
docs/openhorn.md."""
