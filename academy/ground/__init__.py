"""The ground every feature stands on: no web, no feature, only nouns that all of them need."""
