"""Messages to people. Owns `message`; promises that one is sent if and only if its transaction was committed."""
