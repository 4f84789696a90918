"""What may be done with places, and who in line a freed one goes to."""
