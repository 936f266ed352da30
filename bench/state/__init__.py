"""How well the camera's whole chain, from JPEG to event, tells the state of the procedural doors: `python -m bench.state`."""
