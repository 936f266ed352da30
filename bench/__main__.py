"""python -m bench: measure everything, print the table, write build/bench.json. Run by `make bench`, which builds first."""

import argparse
import sys
import tempfile

from bench import results, table
from bench.benchmarks import CPUS, benchmarks, run
from bench.count import ROOT
from bench.errors import BenchError
from bench.work import Work


def main():
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split(": ", 1)[1])
    parser.add_argument("--only", metavar="NAME", help="one benchmark, printed and not written")
    parser.add_argument("--readme", action="store_true", help="only put the table of build/bench.json into README.md")
    options = parser.parse_args()
    try:
        _readme() if options.readme else _measure(options.only)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


def _readme():
    found = results.read()
    if found is None:
        raise BenchError("there are no results: run `make bench`")
    table.rewrite(ROOT / "README.md", found)


def _measure(only):
    with tempfile.TemporaryDirectory(prefix="doorlens-bench-") as folder:
        print("Drawing pictures and building networks", flush=True)
        work = Work(folder)
        chosen = [one for one in benchmarks(work) if only in (None, one.name)]
        if not chosen:
            raise BenchError(f"there is no benchmark {only}; there are {', '.join(one.name for one in benchmarks(work))}")
        found = {one.name: results.entry(one, {cpu: _announced(one, cpu) for cpu in CPUS}) for one in chosen}
        uniform = run("doorlens", ["network", work.door_uniform.path], CPUS[0])
        found["about"] = results.about(work, uniform)
    print("\n" + table.terminal(found))
    if only is None:
        results.write(found)
        print(f"\nWritten to {results.PATH.relative_to(ROOT)}")


def _announced(benchmark, cpu):
    print(f"{benchmark.name} on {cpu}", flush=True)
    return benchmark.measure(cpu)


if __name__ == "__main__":
    sys.exit(main())
