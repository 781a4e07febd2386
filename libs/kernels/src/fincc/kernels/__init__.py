"""The innermost loops of reading a bill, in C: see ADR 19. Whatever is not plain is left to whoever calls, so what a cell
means is decided elsewhere."""
