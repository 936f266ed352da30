"""What camera and host must agree on. Runs on CPython and MicroPython; standard library only."""
