"""The class sessions of the sample academy: 164 closed ones since its first day, and those around today."""
