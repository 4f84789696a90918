"""Pages of a class session's office."""
