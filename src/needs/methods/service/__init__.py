"""Methods on a region's own service data: linking, quality, monitoring, equity, outcomes, indicators."""
