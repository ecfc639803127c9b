"""Access: who may ask the console, and for what."""
