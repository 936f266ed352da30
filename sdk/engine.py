"""The two container engines the SDK builds with, behind the same calls.

build(stage, tag, arguments), run(tag, command, mounts), export(tag, folder), remove(tag), prune().
"""

import os
import shutil
import subprocess
import tempfile

import debian_base
from errors import SdkError


def call(command, **options):
    """Run a command with its output shown; SdkError if it fails."""
    try:
        subprocess.run(command, check=True, **options)
    except FileNotFoundError:
        raise SdkError("%s is not installed." % command[0])
    except subprocess.CalledProcessError as error:
        raise SdkError("`%s` failed with status %d; its output above says why." % (
            " ".join(command[:4]), error.returncode))


def output(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def succeeds(command):
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except FileNotFoundError:
        return False


def compiler_cache(context):
    """Folder of this machine for the compiler cache of the image."""
    folder = os.path.realpath(os.path.join(context, ".cache", "ccache"))
    os.makedirs(folder, exist_ok=True)
    return folder


def build_arguments(arguments):
    return [word for name, value in sorted(arguments.items()) for word in ("--build-arg", "%s=%s" % (name, value))]


class Docker:
    name = "docker"

    def __init__(self, context):
        self.context = context

    def build(self, stage, tag, arguments):
        call(["docker", "build", "--target", stage, "--tag", tag] + build_arguments(arguments) + [self.context])

    def run(self, tag, command, mounts):
        volumes = [word for source, target in mounts for word in ("--volume", "%s:%s" % (source, target))]
        call(["docker", "run", "--rm"] + volumes + [tag] + command)

    def export(self, tag, folder):
        container = output(["docker", "create", tag, "/none"])
        try:
            call(["docker", "cp", container + ":/.", folder])
        finally:
            succeeds(["docker", "rm", container])

    def remove(self, tag):
        succeeds(["docker", "image", "rm", tag])

    def prune(self):
        call(["docker", "image", "prune", "--force"])


class Buildah:
    """buildah as root with chroot isolation, which needs neither a daemon nor namespaces.

    The Debian base image is made here with debootstrap the first time, and the compiler's cache outlives a build.
    """

    name = "buildah"
    _CHROOT = ["--isolation", "chroot"]

    def __init__(self, context):
        self.context = context

    def build(self, stage, tag, arguments):
        arguments = dict(arguments, DEBIAN_IMAGE=debian_base.ensure_image())
        before = "".join(self._ids(tag))
        call(["buildah", "bud", "--quiet", "--layers", "--volume", compiler_cache(self.context) + ":/ccache"]
             + self._CHROOT + ["--target", stage, "--tag", tag] + build_arguments(arguments) + [self.context])
        if before and before in self._ids("--filter", "dangling=true"):
            self.remove(before)  # with the layers only it had; buildah collects no garbage by itself

    def run(self, tag, command, mounts):
        container = output(["buildah", "from", "--pull-never", tag])
        volumes = [word for source, target in mounts for word in ("--volume", "%s:%s" % (source, target))]
        try:
            call(["buildah", "run"] + self._CHROOT + volumes + [container, "--"] + command)
        finally:
            succeeds(["buildah", "rm", container])

    def export(self, tag, folder):
        container = output(["buildah", "from", "--pull-never", tag])
        try:
            root = output(["buildah", "mount", container])
            shutil.copytree(root, folder, dirs_exist_ok=True)
        finally:
            succeeds(["buildah", "rm", container])

    def remove(self, tag):
        succeeds(["buildah", "rmi", tag])

    def _ids(self, *which):
        command = ["buildah", "images", "--quiet", "--no-trunc"] + list(which)
        return subprocess.run(command, capture_output=True, text=True).stdout.split()

    def prune(self):
        call(["buildah", "rmi", "--prune"])


def choose(context):
    """Docker if its daemon answers, else buildah where this machine can run it, else SdkError."""
    if succeeds(["docker", "info"]):
        return Docker(context)
    if os.geteuid() == 0 and debian_base.is_debian():
        debian_base.install_tools()
        return Buildah(context)
    raise SdkError("Install and start Docker, or run this as root on Debian, where it installs buildah by itself.")


def export_atomically(engine, tag, folder):
    """Copy an image's files into `folder`; each file appears complete or not at all."""
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as new:
        engine.export(tag, new)
        for path, _, names in os.walk(new):
            target = os.path.join(folder, os.path.relpath(path, new))
            os.makedirs(target, exist_ok=True)
            for name in names:
                os.replace(os.path.join(path, name), os.path.join(target, name))
