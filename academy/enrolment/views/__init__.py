"""Places as the public, the units and the office see them."""
