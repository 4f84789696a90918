"""People: who they are, how they sign in, whose phone is bound."""
