"""The `doorlens` command line. Each command is a module of host_tools.commands, imported when it is used."""

import importlib
import signal
import sys
import warnings

import click

from contract.errors import DoorlensError

# In the order of a project's life.
_COMMANDS = {
    "init": "Create a project folder.",
    "simcam": "Run a virtual camera.",
    "flash": "Put the firmware on a camera.",
    "ingest": "Fetch sampled frames from a camera or a folder.",
    "sample": "Keep the telling frames of streams, videos and folders.",
    "select": "Choose which frames to label next.",
    "annotate": "Label frames.",
    "labels": "Labels in and out, their history, the bin and the backups.",
    "train": "Train the door's network.",
    "evaluate": "Score a model file with the camera's kernels.",
    "runs": "List training runs and compare them.",
    "keys": "Make the key that signs updates; show it to cameras.",
    "cameras": "List the project's cameras; add, tag, remove and discover them.",
    "push": "Put a model on cameras, signed and in stages.",
    "status": "Ask cameras how they are.",
    "demo": "Everything above, on a virtual camera.",
}


class _Lazy(click.Group):
    """Imports a command only when it is asked for, so that `doorlens status` does not load torch."""

    def list_commands(self, context):
        return list(_COMMANDS)

    def get_command(self, context, name):
        if name not in _COMMANDS:
            return None
        return importlib.import_module("host_tools.commands." + name).command

    def format_commands(self, context, formatter):
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Lazy, epilog="Start with `doorlens demo`, or `doorlens init my-door`.")
@click.version_option(package_name="doorlens")
def cli():
    """Teach a network camera one door."""


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that children are ended on the way out
    warnings.simplefilter("ignore", FutureWarning)  # of libraries to their authors
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit("doorlens: interrupted")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DoorlensError as error:
        print(f"doorlens: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
