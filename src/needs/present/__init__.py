"""What is shown: charts, maps, tables and words, pure."""
