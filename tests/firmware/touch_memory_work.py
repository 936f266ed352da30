"""Bytes touched by the program and by the kernel alone, for the test of the gauge. For the firmware.

As a script: touch_memory_work.py BYTES. Prints a line and waits for one before and after each way of touching BYTES.
"""

import sys

import frame


def pause():
    print("ready")
    sys.stdin.readline()


def main(size):
    by_program, by_kernel = frame.buffer(size), frame.buffer(size)  # zeroed pages that nobody has touched
    with open("/dev/urandom", "rb") as random:
        pause()
        for at in range(0, size, 4096):
            by_program[at] = 1
        pause()
        random.readinto(by_kernel)
        pause()


main(int(sys.argv[1]))
