"""Cells of text made into columns of amounts, times, texts and maps."""
