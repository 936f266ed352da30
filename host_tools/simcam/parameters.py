"""What the virtual camera says about itself: the tree of param.cgi and the properties of basicdeviceinfo.cgi."""

SERIAL = "ACCC8ED0012E"
_NAME = "Doorlens Virtual Camera"


def device_info(architecture, os_version):
    """Properties as basicdeviceinfo.cgi names them."""
    return {"Architecture": architecture, "Brand": "AXIS", "BuildDate": "Jan 01 2026 00:00", "HardwareID": "0",
            "ProdFullName": _NAME, "ProdNbr": "VIRTUAL", "ProdShortName": _NAME, "ProdType": "Network Camera",
            "ProdVariant": "", "SerialNumber": SERIAL, "Soc": "None", "SocSerialNumber": "", "Version": os_version,
            "WebURL": "http://localhost"}


class Parameters:
    """param.cgi's tree: names without `root.` before them. Only what is there can be changed, and only some of it."""

    def __init__(self, architecture, os_version, serial=SERIAL):
        info = device_info(architecture, os_version)
        self._values = {f"Brand.{key}": info[key] for key in (
            "Brand", "ProdFullName", "ProdNbr", "ProdShortName", "ProdType", "ProdVariant", "WebURL")}
        self._values |= {
            "Network.HostName": "virtual-camera",
            "Properties.API.HTTP.Version": "3",
            "Properties.API.Metadata.Metadata": "yes",
            "Properties.API.Metadata.Version": "1.0",
            "Properties.EmbeddedDevelopment.Version": "2.16",
            "Properties.Firmware.BuildDate": info["BuildDate"],
            "Properties.Firmware.BuildNumber": "1",
            "Properties.Firmware.Version": os_version,
            "Properties.Image.Format": "jpeg,mjpeg",
            "Properties.Image.NbrOfViews": "1",
            "Properties.PTZ.PTZ": "no",
            "Properties.System.Architecture": architecture,
            "Properties.System.SerialNumber": serial,
        }

    def listing(self, groups):
        """The text of action=list for `groups`, separated by commas; everything if there is none."""
        parts = []
        for group in groups.split(",") if groups else [""]:
            wanted = group.removeprefix("root").removeprefix(".")
            found = [name for name in sorted(self._values)
                     if not wanted or name == wanted or name.startswith(wanted.rstrip(".") + ".")]
            parts += [f"root.{name}={self._values[name]}" for name in found] or [
                f"# Error: Error -1 getting param in group '{group}'"]
        return "\n".join(parts) + "\n"

    def update(self, changes):
        """The text of action=update for {name: value}."""
        for name, value in changes.items():
            plain = name.removeprefix("root.")
            if plain not in self._values or plain.startswith(("Properties.", "Brand.")) or "\n" in value:
                return f"# Error: Error setting '{name}' to '{value}'!\n"
        self._values |= {name.removeprefix("root."): value for name, value in changes.items()}
        return "OK"
