"""Places: the academy's rooms and the field teaching sites. Owns `place`."""
