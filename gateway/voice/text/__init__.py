"""Text: what is written becomes words that are said."""
