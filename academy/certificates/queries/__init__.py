"""Read certificates: `batches` for the office that makes them, `register` for all that have a number, `proofs`."""
