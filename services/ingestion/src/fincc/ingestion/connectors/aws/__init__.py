"""What the clients of AWS do alike: credentials, and what went wrong in words a person can act on."""
