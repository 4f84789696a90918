"""What set-up builds: styles, icons, fonts, catalogues of words."""
