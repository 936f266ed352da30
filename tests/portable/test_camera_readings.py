import os

from camera_firmware import readings

# What Linux 6.1 shows on a Raspberry Pi 4, shortened.
_FILES = {
    "proc/meminfo": "MemTotal:        3881664 kB\nMemFree:          612384 kB\nMemAvailable:    3270756 kB\n",
    "proc/loadavg": "0.52 0.58 12.59 2/178 1234\n",
    "proc/self/status": "Name:\tdoorlens-camera\nVmPeak:\t    8000 kB\nVmRSS:\t    3604 kB\nThreads:\t1\n",
    "proc/self/stat": "812 (door) lens) S 1 812 812 0 -1 4194304 533 0 0 0 1234 66 7 8 20 0 1 0 5 3000000 901 1844674 0\n",
    "proc/self/fd/0": "", "proc/self/fd/1": "", "proc/self/fd/2": "",
    "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n", "sys/class/thermal/thermal_zone0/temp": "48686\n",
    "sys/class/thermal/thermal_zone1/type": "outside\n", "sys/class/thermal/thermal_zone1/temp": "-5200\n",
    "sys/class/thermal/thermal_zone2/type": "broken\n", "sys/class/thermal/thermal_zone2/temp": "n/a\n",
    "sys/class/thermal/cooling_device0/type": "fan\n",
}
_CHIPS = {
    "sys/class/hwmon/hwmon0/name": "lm75\n", "sys/class/hwmon/hwmon0/temp1_input": "31000\n",
    "sys/class/hwmon/hwmon0/temp1_max": "80000\n", "sys/class/hwmon/hwmon0/in0_input": "12000\n",
}


def machine(files):
    """A folder that looks like the root of a machine with these files."""
    root = "/tmp/doorlens-readings-%d" % int.from_bytes(os.urandom(6), "big")
    for name, text in files.items():
        parts = (root + "/" + name).split("/")
        for i in range(3, len(parts)):
            try:
                os.mkdir("/".join(parts[:i]))
            except OSError:
                pass  # it is there
        with open(root + "/" + name, "w") as file:
            file.write(text)
    return root


def test_memory_load_and_processor_time_are_what_linux_says():
    root = machine(_FILES)
    assert readings.memory(root) == (3881664 * 1024, 3270756 * 1024) and readings.resident(root) == 3604 * 1024
    assert readings.load(root) == ["0.52", "0.58", "12.59"]
    assert readings.processor_ms(root) == 13000, "the name of the process may hold brackets"
    assert readings.open_files(root) == 2, "the one that lists them is left out"


def test_thermal_zones_are_told_and_a_broken_one_left_out():
    assert readings.temperatures(machine(_FILES)) == [(48686, "thermal_zone0", "cpu-thermal"), (-5200, "thermal_zone1", "outside")]


def test_sensors_of_chips_are_told_where_there_are_no_zones():
    assert readings.temperatures(machine(_CHIPS)) == [(31000, "hwmon0_temp1", "lm75")]


def test_no_more_than_sixteen_sensors_are_told():
    root = machine({"sys/class/thermal/thermal_zone%d/temp" % i: "20000" for i in range(40)})
    assert len(readings.temperatures(root)) == 16


def test_a_machine_without_those_files_has_none_of_the_readings():
    root = machine({"proc/other": ""})
    assert readings.memory(root) == (None, None) and readings.resident(root) is None and readings.load(root) is None
    assert readings.processor_ms(root) is None and readings.open_files(root) is None and readings.temperatures(root) == []
    assert readings.disk(root + "/nothing") == (None, None)


def test_files_that_hold_something_else_are_no_readings():
    root = machine({"proc/meminfo": "MemTotal: much kB\nMemAvailable:\n\n:", "proc/loadavg": "low",
                    "proc/self/status": "", "proc/self/stat": "1 (x) S 2"})
    assert readings.memory(root) == (None, None) and readings.resident(root) is None
    assert readings.load(root) is None and readings.processor_ms(root) is None
    with open(root + "/proc/loadavg", "wb") as file:
        file.write(b"\xff\xfe 0.1 0.2")
    assert readings.load(root) is None


def test_this_machine_has_memory_processor_time_and_a_disk():
    whole, available = readings.memory()
    assert 0 < available <= whole and readings.resident() > 100000 and readings.processor_ms() >= 0
    size, free = readings.disk("/tmp")
    assert 0 <= free <= size > 0


def test_heap_is_told_where_the_interpreter_has_one():
    used, free = readings.heap()
    if used is None:
        return
    block = bytearray(20000)
    more, less = readings.heap()
    assert used + free == more + less and more >= used + len(block) - 4096
