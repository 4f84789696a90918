"""The people of the sample academy: made-up names and numbers that read as real ones do and belong to nobody."""
