"""`doorlens demo`: the whole chain on a virtual camera, scored against the scene's ground truth."""
