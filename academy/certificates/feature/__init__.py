"""What certificates plug in: `plug` names it all, the other files hold it."""
