"""The pages that a browser shows, a module a page, with its templates beside it."""
