"""Builds and runs the fuzzing targets; inside the image doorlens:fuzz, the checkout mounted at /doorlens.

    run.py SECONDS [TARGET...]     replay seeds and past crashes, then fuzz each target for SECONDS, two at a time
    run.py --replay TARGET FILE    run one input

A crash is copied to build/fuzz/ and makes the exit status 1. The corpus is kept in .cache/fuzz/corpus/.
"""

import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import sys

SDK_FUZZ = pathlib.Path(__file__).resolve().parent
CHECKOUT = SDK_FUZZ.parents[1]
WORK = CHECKOUT / ".cache" / "fuzz"
CRASHES = CHECKOUT / "build" / "fuzz"
# Longest input of each target in bytes, and its dictionary.
TARGETS = {"jpeg": (1600, "jpeg"), "nn": (256, None), "model": (2100, "model"), "multipart": (512, "http"),
           "http_client": (512, "http"), "http_server": (512, "http")}
AT_ONCE = 2
RUN_S = 20  # one input that takes longer counts as an endless loop
MEMORY_MB = 1500


class Failed(Exception):
    pass


def program(target):
    return str(WORK / "bin" / f"fuzz_{target}")


def kept(kind, target):
    """The committed inputs of a target; kind is "seeds" or "crashes"."""
    return CHECKOUT / "tests" / "fuzz" / kind / target


def call(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")
    return done.returncode, done.stdout


def replay(target):
    files = sorted(str(path) for kind in ("seeds", "crashes") for path in kept(kind, target).glob("*"))
    status, output = call([program(target), f"-timeout={RUN_S}"] + files) if files else (0, "")
    if status:
        raise Failed(f"{target}: a seed or a past crash fails\n{output[-6000:]}")
    return len(files)


def fuzz(target, seconds):
    """One line about the run. Raises Failed."""
    length, words = TARGETS[target]
    corpus = WORK / "corpus" / target
    found = WORK / "found" / target
    shutil.rmtree(found, ignore_errors=True)
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    command = [program(target), f"-max_total_time={seconds}", f"-max_len={length}", f"-timeout={RUN_S}",
               f"-rss_limit_mb={MEMORY_MB}", "-print_final_stats=1", f"-artifact_prefix={found}/"]
    if words:
        command.append(f"-dict={SDK_FUZZ / words}.dict")
    status, output = call(command + [str(corpus), str(kept("seeds", target))])
    if status or any(found.iterdir()):
        raise Failed(f"{target}: {keep_crash(target, found)}\n{output[-6000:]}")
    runs = int(re.search(r"number_of_executed_units: (\d+)", output).group(1))
    return f"{runs:,} executions, {runs // max(1, seconds):,} a second, {len(list(corpus.iterdir())):,} inputs kept"


def keep_crash(target, found):
    """Copies what libFuzzer wrote; how to run it again."""
    CRASHES.mkdir(parents=True, exist_ok=True)
    lines = []
    for path in found.iterdir():
        name = f"{target}-{path.name}"
        shutil.copyfile(path, CRASHES / name)
        lines.append(f"make fuzz-replay TARGET={target} INPUT=build/fuzz/{name}")
    return "crashed; again with: " + "; ".join(lines)


def work(target, seconds):
    try:
        count = replay(target)
        return True, f"{target:12} {count} inputs replayed, " + (fuzz(target, seconds) if seconds else "not fuzzed")
    except Failed as failure:
        return False, str(failure)


def build():
    status, output = call(["make", "-C", str(SDK_FUZZ), "-j2", "all"])
    if status:
        sys.exit("fuzz: the targets do not build\n" + output[-6000:])


def main(arguments):
    build()
    if arguments[0] == "--replay":
        return subprocess.run([program(arguments[1]), str(CHECKOUT / arguments[2])]).returncode
    seconds, targets = int(arguments[0]), arguments[1:] or list(TARGETS)
    print(f"{len(targets)} targets, {seconds} s each, {AT_ONCE} at a time", flush=True)
    good = True
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for ok, text in pool.map(lambda target: work(target, seconds), targets):
            good = good and ok
            print(text, flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
