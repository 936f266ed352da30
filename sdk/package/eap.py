"""The Axis application package: a gzip tar with manifest.json, package.conf, LICENSE, html/ and the executable.

manifest.json is what AXIS OS 11 and newer read (schema 2.2.0 as in Axis's own examples), package.conf is for older ones.
"""

import json

APP = "doorlens"  # also the executable's name, which AXIS OS demands
FRIENDLY = "Doorlens"
FOLDER = "/usr/local/packages/" + APP
LAUNCHER = "launcher.py"
# Of the launcher and of the control API, on the camera's loopback. The camera's web server is before them, with TLS, digest
# and the role admin: /local/doorlens/PATH and what follows goes to the port, with the whole path (schema 1.5.0, AXIS OS 11.8).
SETUP_PORT, SETUP_PATH = 8764, "api"
CONTROL_PORT, CONTROL_PATH = 8765, "control"  # contract.api.BEHIND
OPTIONS = "%s/%s %s/localdata %d %d" % (FOLDER, LAUNCHER, FOLDER, SETUP_PORT, CONTROL_PORT)
# Axis gives every vendor a number when it signs a package; this one says that nobody has signed.
VENDOR, VENDOR_ID = "Doorlens developers", "d000000000"
SETTINGS_PAGE = "index.html"


def file_name(version, architecture):
    """As Axis's own tools name packages."""
    return "%s_%s_%s.eap" % (FRIENDLY, version.replace(".", "_"), architecture)


def files(executable, licence, launcher, pages, version, architecture):
    """{path: bytes} of the package. pages: {path below html/: bytes}; architecture: "armv7hf"."""
    content = {
        APP: executable,
        LAUNCHER: launcher,
        "LICENSE": licence,
        "manifest.json": json.dumps(manifest(version, architecture), indent=4).encode() + b"\n",
        "package.conf": package_conf(version, architecture).encode(),
        "param.conf": b"",
    }
    content.update(("html/" + name, page) for name, page in pages.items())
    return content


def manifest(version, architecture):
    return {
        "schemaVersion": "2.2.0",
        "acapPackageConf": {
            "setup": {
                "appName": APP,
                "friendlyName": FRIENDLY,
                "vendor": VENDOR,
                "vendorId": VENDOR_ID,
                "version": version,
                "architecture": architecture,
                "compatibleOsVersions": [{"min": "11.11", "max": "13"}],
                "runMode": "respawn",
                "runOptions": OPTIONS,
            },
            "configuration": {
                "settingPage": SETTINGS_PAGE,
                "reverseProxy": [
                    {"apiPath": path, "target": "http://localhost:%d/" % port, "access": "admin"}
                    for path, port in ((SETUP_PATH, SETUP_PORT), (CONTROL_PATH, CONTROL_PORT))
                ],
            },
        },
    }


def package_conf(version, architecture):
    """The same for a shell, one NAME="value" a line."""
    major, minor, micro = version.split(".")
    values = (
        ("PACKAGENAME", FRIENDLY), ("APPTYPE", architecture), ("APPNAME", APP), ("APPID", ""),
        ("LICENSENAME", "Available"), ("LICENSEPAGE", "none"), ("VENDOR", VENDOR), ("REQEMBDEVVERSION", "2.0"),
        ("APPMAJORVERSION", major), ("APPMINORVERSION", minor), ("APPMICROVERSION", micro),
        ("APPGRP", "sdk"), ("APPUSR", "sdk"), ("APPOPTS", OPTIONS), ("OTHERFILES", LAUNCHER),
        ("SETTINGSPAGEFILE", SETTINGS_PAGE), ("SETTINGSPAGETEXT", ""), ("VENDORHOMEPAGELINK", ""),
        ("PREUPGRADESCRIPT", ""), ("POSTINSTALLSCRIPT", ""), ("STARTMODE", "respawn"), ("HTTPCGIPATHS", ""))
    return "".join('%s="%s"\n' % pair for pair in values)
