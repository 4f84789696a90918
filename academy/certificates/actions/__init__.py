"""Change certificates: `deciding` by two people, `making` of files, `giving` them out."""
