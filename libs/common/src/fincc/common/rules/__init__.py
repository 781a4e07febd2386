"""The pure rules that several services must apply identically."""
