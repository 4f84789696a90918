"""The places of the sample academy: its rooms, and 28 made-up field sites over the twelve districts."""
