"""Check finished files: what a reader, a screen reader and a reviewer will meet."""
