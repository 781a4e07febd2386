"""From a delivery to encoded parts, in this process or in one of its own."""
