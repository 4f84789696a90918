"""The sample academy: its plans, its facts, and that they are the same each time."""
