"""What can be computed: pure functions, no files."""
