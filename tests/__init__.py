"""Tests mirror academy/; house/ tests the laws, browser/ drives Chromium, make.py builds what they need."""
