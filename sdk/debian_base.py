"""The Debian base image without a registry: debootstrap from the package source this machine already uses."""

import os
import shutil
import subprocess
import tempfile

from errors import SdkError

SUITE = "trixie"
IMAGE = "localhost/doorlens-debian:" + SUITE
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_LOCAL_CERTIFICATES = "usr/local/share/ca-certificates"
_APT_SETTINGS = ("Acquire::http", "Acquire::https", "Acquire::Check", "Acquire::Retries")


def _run(command, **options):
    try:
        return subprocess.run(command, check=True, **options)
    except subprocess.CalledProcessError as error:
        raise SdkError("`%s` failed with status %d; its output above says why." % (
            " ".join(command[:3]), error.returncode))


def is_debian():
    try:
        with open("/etc/os-release") as file:
            return "\nID=debian\n" in "\n" + file.read()
    except OSError:
        return False


def install_tools():
    """Install buildah and debootstrap if either is missing."""
    if shutil.which("buildah") and shutil.which("debootstrap"):
        return
    _run(["apt-get", "update", "-q"])
    _run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "buildah", "debootstrap", "ca-certificates"])


def ensure_image():
    """Make IMAGE if this machine's image store lacks it; its name."""
    known = subprocess.run(["buildah", "inspect", "--type", "image", IMAGE], capture_output=True)
    if known.returncode != 0:
        with tempfile.TemporaryDirectory(prefix="doorlens-debian-", dir="/var/tmp") as root:
            _bootstrap(root)
            _commit(root)
    return IMAGE


def archives():
    """(main, security): addresses of Debian's archives in this machine's apt sources; security may be None."""
    listing = _run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)",
                    "Created-By: Packages"], stdout=subprocess.PIPE, text=True).stdout
    targets = [line.split() for line in listing.splitlines() if line.endswith(" main")]
    security = next((uri for uri, release, _ in targets if release.endswith("-security")), None)
    main = next((uri for uri, release, _ in targets if "-" not in release), None)
    if main is None:
        raise SdkError("No Debian archive in this machine's apt sources; add one to /etc/apt/sources.list.d.")
    return main, security


def _bootstrap(root):
    main, security = archives()
    print("debootstrap %s" % SUITE, flush=True)
    _run(["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, root, main],
         stdout=subprocess.DEVNULL)
    os.chmod(root, 0o755)
    _carry_settings(root)
    _write_sources(root, [(main, SUITE)] + ([(security, SUITE + "-security")] if security else []))
    if security and not _lists_update(root):
        print("The security archive does not answer for every architecture; going on without it.", flush=True)
        _write_sources(root, [(main, SUITE)])
    for folder in ("var/cache/apt/archives", "var/lib/apt/lists"):
        shutil.rmtree(os.path.join(root, folder))
        os.makedirs(os.path.join(root, folder, "partial"))


def _write_sources(root, suites):
    entries = ["Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n" % (uri, suite, _KEYRING)
               for uri, suite in suites]
    sources = os.path.join(root, "etc/apt/sources.list")
    if os.path.exists(sources):
        os.remove(sources)
    with open(sources + ".d/debian.sources", "w") as file:
        file.write("\n".join(entries))


def _lists_update(root):
    """Whether the package lists can be had for both architectures the SDK needs."""
    script = "dpkg --add-architecture armhf && apt-get update -q; status=$?; dpkg --remove-architecture armhf; exit $status"
    return subprocess.run(["chroot", root, "sh", "-c", script], stdout=subprocess.DEVNULL).returncode == 0


def _carry_settings(root):
    """Proxies, certificate authorities and timeouts that this machine needs to reach its archive."""
    dump = _run(["apt-config", "dump"], stdout=subprocess.PIPE, text=True).stdout
    with open(os.path.join(root, "etc/apt/apt.conf.d/90host"), "w") as file:
        file.writelines(line + "\n" for line in dump.splitlines() if line.startswith(_APT_SETTINGS))
    if os.path.isdir("/" + _LOCAL_CERTIFICATES):
        shutil.copytree("/" + _LOCAL_CERTIFICATES, os.path.join(root, _LOCAL_CERTIFICATES), dirs_exist_ok=True)
        _run(["chroot", root, "update-ca-certificates"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _commit(root):
    container = _run(["buildah", "from", "scratch"], stdout=subprocess.PIPE, text=True).stdout.strip()
    try:
        _run(["buildah", "add", "--quiet", container, root, "/"], stdout=subprocess.DEVNULL)
        _run(["buildah", "config", "--cmd", "bash", container])
        _run(["buildah", "commit", "--quiet", container, IMAGE], stdout=subprocess.DEVNULL)
    finally:
        subprocess.run(["buildah", "rm", container], stdout=subprocess.DEVNULL)
