"""The annotation index, and the annotator that works on it."""
