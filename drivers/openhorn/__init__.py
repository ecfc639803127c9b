"""Our own loudspeaker protocol: authenticated frames, sound over the line, proof of what was heard. See docs/openhorn.md."""
