"""What the camera's answers mean: XML of the application API, lines of param.cgi, JSON of basicdeviceinfo.cgi."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree

from host_tools.vapix.errors import VapixError


@dataclass(frozen=True)
class Application:
    """An installed application. `name` is what control.cgi calls it; `version` is a text such as "4.2-1"."""

    name: str
    version: str
    status: str     # Running, Stopped or Idle
    vendor: str
    licence: str    # Valid, Invalid, Missing, Custom or None


@dataclass(frozen=True)
class DeviceInfo:
    """product: full name; architecture: as packages name it (armv7hf, aarch64, mips); firmware: AXIS OS; all may be ""."""

    product: str
    architecture: str
    firmware: str
    serial: str


def error_number(text):
    """n of a body `Error: n`, or None."""
    match = re.match(r"\s*Error:\s*(\d+)", text)
    return int(match[1]) if match else None


def reply(text):
    """The element <reply result="ok">. Raises VapixError for anything else."""
    try:
        root = ElementTree.fromstring(text.strip())
    except ElementTree.ParseError:
        raise VapixError(f"the camera's answer is not the XML that was asked for: {text.strip()[:80]!r}") from None
    if root.tag != "reply":
        raise VapixError(f"the camera's answer is not the XML that was asked for: <{root.tag}>")
    if root.get("result", "").lower() != "ok":
        error = root.find("error")
        said = "it does not say why" if error is None else error.get("message") or f"error {error.get('type')}"
        raise VapixError(f"the camera refuses: {said}")
    return root


def applications(text):
    """{name: Application}; old cameras leave attributes out."""
    found = [Application(item.get("Name", ""), item.get("Version", ""), item.get("Status", ""), item.get("Vendor", ""),
                         item.get("License", "")) for item in reply(text).findall("application")]
    return {application.name: application for application in found if application.name}


def parameters(text):
    """{name: value} of param.cgi's lines, without `root.` before names. Raises VapixError for `# Error`."""
    if text.lstrip().startswith("# Error"):
        raise VapixError("the camera refuses: " + text.strip().lstrip("# ").splitlines()[0])
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {name.strip().removeprefix("root."): value.strip() for name, _, value in pairs}


def device_info(properties):
    """DeviceInfo of basicdeviceinfo.cgi's property list."""
    return DeviceInfo(*(str(properties.get(key, "")) for key in ("ProdFullName", "Architecture", "Version", "SerialNumber")))


def device_info_of_parameters(values):
    """The same for cameras without basicdeviceinfo.cgi."""
    return DeviceInfo(*(values.get(key, "") for key in (
        "Brand.ProdFullName", "Properties.System.Architecture", "Properties.Firmware.Version",
        "Properties.System.SerialNumber")))
