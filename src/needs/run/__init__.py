"""How a run is carried out: notebooks executed, artefacts kept, regions in parallel, runs compared."""
