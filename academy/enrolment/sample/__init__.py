"""Who has been, is and wants to be in the class sessions of the sample academy."""
