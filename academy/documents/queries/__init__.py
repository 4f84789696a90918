"""Read the packaged fonts: what they can print, how wide it is, and a font of a few characters."""
