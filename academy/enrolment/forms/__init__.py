"""What is typed about places: shape only."""
