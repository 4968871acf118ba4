"""Batch cleaning: files in, files out."""
