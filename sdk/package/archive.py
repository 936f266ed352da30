"""Archives that are the same byte for byte whenever and wherever they are made from the same files."""

import gzip
import io
import os
import tarfile

_FIRST_OF_1980 = 315532800  # the earliest instant that every archive format can express


def build_time():
    """Seconds since the epoch for every member: SOURCE_DATE_EPOCH, or the first of January 1980."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or _FIRST_OF_1980)


def tar_gz(files, executables=()):
    """The bytes of a gzip tar. files: {path: bytes}; `executables` are the paths with mode 755, others have 644.

    Members are sorted, folders come before what is in them, everything belongs to root.
    """
    time = build_time()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted(set(files) | _folders(files)):
            member = _member(path, time)
            if path in files:
                member.size = len(files[path])
                member.mode = 0o755 if path in executables else 0o644
                tar.addfile(member, io.BytesIO(files[path]))
            else:
                member.type, member.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(member)
    return _gzip(packed.getvalue())


def _folders(files):
    parts = [path.split("/") for path in files]
    return {"/".join(names[:i]) for names in parts for i in range(1, len(names))}


def _member(path, time):
    member = tarfile.TarInfo(path)
    member.mtime = time
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member


def _gzip(data):
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
        file.write(data)
    return packed.getvalue()
