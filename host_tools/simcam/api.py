"""The virtual camera's VAPIX but for pictures: applications, parameters, what it is, and the way to applications' pages."""

import asyncio
import json
import mimetypes
from urllib.parse import parse_qsl
from xml.sax.saxutils import quoteattr

from aiohttp import web

from host_tools.simcam.applications import Refused
from host_tools.simcam.disk import PowerCut
from host_tools.simcam.parameters import Parameters, device_info
from host_tools.simcam.proxy import forward

_APPLICATIONS = "/axis-cgi/applications/"
_LARGEST_FORM = 65536
_APIS = (("api-discovery", "API Discovery Service", "1.0"), ("basic-device-info", "Basic Device Information", "1.1"),
         ("param-cgi", "Legacy Parameter Handling", "1.0"))


class Api:
    """aiohttp handlers over `applications` (applications.Applications). `faults` gives the number of a fault in force.

    After a power cut every connection ends without an answer until `power_on`.
    """

    def __init__(self, applications, faults):
        self._applications, self._faults = applications, faults
        self._parameters = Parameters(applications.architecture, applications.os_version)
        self.off = False

    def add_to(self, router):
        router.add_post(_APPLICATIONS + "upload.cgi", self._upload)
        for path, handler in ((_APPLICATIONS + "control.cgi", self._control), (_APPLICATIONS + "list.cgi", self._list),
                              (_APPLICATIONS + "config.cgi", self._config), ("/axis-cgi/param.cgi", self._param)):
            router.add_get(path, handler, allow_head=False)
            router.add_post(path, handler)
        router.add_post("/axis-cgi/basicdeviceinfo.cgi", self._device)
        router.add_post("/axis-cgi/apidiscovery.cgi", self._discovery)
        router.add_route("*", "/local/{name}/{path:.*}", self._local)

    def power_on(self):
        self._applications.boot()
        self.off = False

    async def _do(self, request, function, *arguments):
        """Runs what works on the flash; the answer's text. A power cut ends everything."""
        try:
            await asyncio.to_thread(function, *arguments)
        except Refused as refused:
            return web.Response(text=f"Error: {refused.number}\n")
        except PowerCut:
            self.off = True
            await asyncio.to_thread(self._applications.power_off)
            request.transport.close()
        return web.Response(text="OK\n")

    async def _upload(self, request):
        data = await self._package(request)
        if data is None:
            request.transport.close()
            return web.Response()
        if self._faults("flash-full") is not None:
            return web.Response(text="Error: 3\n")
        self._applications.disk.cut(self._faults("power-cut"))
        response = await self._do(request, self._applications.install, data)
        if not self.off:
            self._applications.disk.cut(None)
        return response

    async def _package(self, request):
        """The bytes of the form's file, b"" if there is none, None if the connection was cut."""
        cut = self._faults("cut-after")
        if cut is not None:
            await request.content.read(cut)
            return None
        if request.content_type != "multipart/form-data":
            return b""
        try:
            part = await (await request.multipart()).next()
            return bytes(await part.read()) if part is not None else b""
        except (ValueError, AssertionError):
            return b""

    async def _control(self, request):
        query = await _fields(request)
        return await self._do(request, self._applications.control, query.get("action", ""), query.get("package", ""))

    async def _list(self, request):
        listing = await asyncio.to_thread(self._applications.listing)
        lines = [_application(package, status) for package, status in listing]
        return _xml('<reply result="ok">\n' + "".join(lines) + "</reply>\n")

    async def _config(self, request):
        query = await _fields(request)
        action, value = query.get("action"), query.get("value", "")
        if query.get("name") != "AllowUnsigned" or action not in ("get", "set") or (
                action == "set" and value not in ("true", "false")):
            return _xml('<reply result="error"><error type="10" message="Invalid parameter"/></reply>\n')
        if action == "set":
            self._applications.set_allow_unsigned(value == "true")
        allowed = "true" if self._applications.allow_unsigned else "false"
        return _xml(f'<reply result="ok">\n <param name="AllowUnsigned" value="{allowed}"/>\n</reply>\n')

    async def _param(self, request):
        fields = await _fields(request)
        action = fields.pop("action", "")
        if action == "list":
            return web.Response(text=self._parameters.listing(fields.get("group", "")))
        if action == "update":
            return web.Response(text=self._parameters.update(fields))
        return web.Response(text="# Error: Invalid action\n")

    async def _device(self, request):
        info = device_info(self._applications.architecture, self._applications.os_version)
        return await _json_answer(request, "1.1", {"getAllProperties": {"propertyList": info}})

    async def _discovery(self, request):
        apis = [{"id": name, "name": title, "version": version, "docLink": "", "status": "official"}
                for name, title, version in _APIS]
        return await _json_answer(request, "1.0", {"getApiList": {"apiList": apis}})

    async def _local(self, request):
        """An application's pages, and what its manifest sends on to it (reverseProxy)."""
        name, path = request.match_info["name"], request.match_info["path"]
        port = self._applications.proxied(name, path)
        if port is not None:
            return await forward(request, port)
        page = await asyncio.to_thread(self._applications.page, name, path)
        if page is None:
            raise web.HTTPNotFound()
        return web.Response(body=page, content_type=mimetypes.guess_type(path)[0] or "application/octet-stream")


async def _fields(request):
    """Of the address, and of a form; clients send forms under other content types too, which cameras do not mind."""
    fields = dict(request.query)
    if request.method == "POST" and (request.content_length or 0) <= _LARGEST_FORM:
        fields.update(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True))
    return fields


async def _json_answer(request, version, methods):
    """One of `methods`, {name: data}, in the envelope that VAPIX's JSON APIs share."""
    try:
        asked = json.loads(await request.read())
        method, context = asked["method"], asked.get("context", "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return web.json_response({"apiVersion": version, "error": {"code": 4000, "message": "Invalid JSON"}})
    answer = {"apiVersion": version, "context": context, "method": method}
    if method not in methods:
        return web.json_response(answer | {"error": {"code": 2004, "message": "Method not supported"}})
    return web.json_response(answer | {"data": methods[method]})


def _application(package, status):
    values = {"Name": package.name, "NiceName": package.friendly, "Vendor": package.vendor, "Version": package.version,
              "License": "None", "Status": status, "VendorHomePage": ""}
    if package.settings_page:
        values["ConfigurationPage"] = f"local/{package.name}/{package.settings_page}"
    return " <application " + " ".join(f"{key}={quoteattr(value)}" for key, value in values.items()) + "/>\n"


def _xml(text):
    return web.Response(text=text, content_type="text/xml")
