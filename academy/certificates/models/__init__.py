"""Tables of certificates: `batches` that two people decide, the `register`, its `designs`, and older `paper`."""
