"""What is known: published evidence with its sources, the regions, and boundaries."""
