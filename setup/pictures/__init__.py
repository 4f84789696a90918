"""The pictures of the README and of the guides: taken by walking what they show, so that they cannot go stale."""
