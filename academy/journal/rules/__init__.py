"""What part of the journal is wanted, and how it is said in words."""
