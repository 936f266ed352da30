"""Journals that are full: index.history/NUMBER-NAME.journal, NUMBER that of the first change in it. They are only read."""

import os
import shutil

from contract import durable

FOLDER = "index.history"
_PART = ".part"


def files(project, before=None):
    """Paths of the full journals, oldest first; those whose first change has a number below `before`. project: Path."""
    found = []
    for path in (project / FOLDER).glob("*-*.journal"):
        number = path.name.partition("-")[0]
        if number.isdecimal() and (before is None or int(number) < before):
            found.append((int(number), path))
    return [path for _, path in sorted(found)]


def keep(project, file, first, name):
    """Gives the journal `file` a second name in the history; on the disk when it returns. Needs the lock. Raises OSError.

    first: the number of its first change; name: the journal's. May be repeated after a crash.
    """
    folder = project / FOLDER
    folder.mkdir(exist_ok=True)
    durable.sync(str(project))
    target = folder / ("%012d-%s.journal" % (first, name))
    part = target.with_name(target.name + _PART)
    part.unlink(missing_ok=True)
    try:
        os.link(file, part)
    except OSError:  # a file system without hard links
        shutil.copyfile(file, part)
        durable.sync(str(part))
    durable.rename(str(part), str(target))
    part.unlink(missing_ok=True)  # it stays where both are links to one file
