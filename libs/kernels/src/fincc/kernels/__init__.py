"""The innermost loops, in C: see ADR 18. Whatever is not plain is left to whoever calls, so what a cell
means is decided elsewhere."""
