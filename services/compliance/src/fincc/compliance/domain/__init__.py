"""Pure functions and records of the tag finder: no store, no network, no clock."""
