"""MediaConvert's HTTP API: paths, the model's shapes, and refusals in AWS's form."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from cliffhanger.media.validate import problems_of
from local.mediaconvert.gathering import dub_addresses, subtitle_addresses
from local.mediaconvert.jobs import JobBook
from local.mediaconvert.model import JobFailed, ObjectAddress
from local.mediaconvert.probing import probe_result, read_source
from local.mediaconvert.storage import Storage
from local.mediaconvert.supported import misfits, unsupported
from local.mediaconvert.wire import ApiError, bad_request, from_wire, not_found, operation, to_wire

MAX_BODY: Final = 1 << 20
IDLE_S: Final = 30
HEALTH: Final = "/_local/health"

Arguments = dict[str, Any]
"""The members of an operation's input, in the model's names."""


class ControlPlane:
    """The operations, by the names of the model."""

    def __init__(self, book: JobBook, storage: Storage, address: str) -> None:
        self._book = book
        self._storage = storage
        self._address = address

    def create_job(self, request: Arguments) -> Arguments:
        """Takes a job, if MediaConvert would take it and one ffmpeg can do it.

        Raises:
            ApiError: BadRequestException, with everything that is wrong.
        """
        wrong = problems_of(request)
        if not wrong:
            shape = operation("CreateJob").input_shape
            wrong = [*unsupported(shape, request), *misfits(request)] if shape is not None else []
            wrong += [*_addresses(request)]
        if wrong:
            raise bad_request("; ".join(wrong))
        return {"Job": self._book.describe(self._book.add(request))}

    def get_job(self, request: Arguments) -> Arguments:
        """One job.

        Raises:
            ApiError: NotFoundException.
        """
        return {"Job": self._book.describe(self._book.get(request["Id"]))}

    def list_jobs(self, request: Arguments) -> Arguments:
        """Jobs by age, of one status or of all."""
        jobs, token = self._book.page(
            status=request.get("Status"),
            after=request.get("NextToken"),
            limit=request.get("MaxResults", 20),
            newest_first=request.get("Order", "DESCENDING") == "DESCENDING",
        )
        return {"Jobs": [self._book.describe(job) for job in jobs], "NextToken": token}

    def cancel_job(self, request: Arguments) -> Arguments:
        """Calls a job off.

        Raises:
            ApiError: NotFoundException; ConflictException when it is over.
        """
        self._book.cancel(request["Id"])
        return {}

    def probe(self, request: Arguments) -> Arguments:
        """What files hold.

        Raises:
            ApiError: BadRequestException when one is not an address, is not there or holds no media.
        """
        return {"ProbeResults": [self._probe_one(entry.get("FileUrl", "")) for entry in request.get("InputFiles", [])]}

    def _probe_one(self, uri: str) -> Arguments:
        try:
            address = ObjectAddress.parse(uri)
            with tempfile.TemporaryDirectory(prefix="probe-") as scratch:
                file = Path(scratch) / "source"
                self._storage.read(address, file)
                return probe_result(read_source(file, uri)) | {"Metadata": self._storage.describe(address)}
        except (ClientError, JobFailed, ValueError) as error:
            raise bad_request(str(error)) from error

    def describe_endpoints(self, _request: Arguments) -> Arguments:
        """This process; for clients that still ask before they speak."""
        return {"Endpoints": [{"Url": self._address}]}


def _addresses(request: Arguments) -> list[str]:
    """What is wrong with a job's addresses in S3."""
    settings = request["Settings"]
    found = [("/settings/inputs/0/fileInput", settings["Inputs"][0].get("FileInput", ""))]
    found += [*dub_addresses(settings), *subtitle_addresses(settings)]
    for index, group in enumerate(settings["OutputGroups"]):
        parts = [part for part in group["OutputGroupSettings"].values() if isinstance(part, dict)]
        found += [(f"/settings/outputGroups/{index}", part.get("Destination", "")) for part in parts]
    wrong = []
    for path, uri in found:
        try:
            ObjectAddress.parse(uri)
        except ValueError as error:
            wrong.append(f"{path}: {error}")
    return wrong


ROUTES: Final = tuple(
    (method, re.compile(pattern), name, handler)
    for method, pattern, name, handler in (
        ("POST", "/2017-08-29/jobs", "CreateJob", ControlPlane.create_job),
        ("GET", "/2017-08-29/jobs", "ListJobs", ControlPlane.list_jobs),
        ("GET", "/2017-08-29/jobs/(?P<id>[^/]+)", "GetJob", ControlPlane.get_job),
        ("DELETE", "/2017-08-29/jobs/(?P<id>[^/]+)", "CancelJob", ControlPlane.cancel_job),
        ("POST", "/2017-08-29/probe", "Probe", ControlPlane.probe),
        ("POST", "/2017-08-29/endpoints", "DescribeEndpoints", ControlPlane.describe_endpoints),
    )
)


def answer(control: ControlPlane, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
    """The status and JSON of one request.

    A request must be signed, as every AWS client's is; that keeps out pages in a browser, which can send a plain POST
    to a loopback port but no such header.

    Raises:
        ApiError: it is refused.
    """
    url = urlsplit(target)
    if method == "GET" and url.path == HEALTH:
        return 200, {"ready": True}
    if not headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 "):
        raise ApiError("ForbiddenException", 403, "Missing Authentication Token")
    for verb, pattern, name, handler in ROUTES:
        found = pattern.fullmatch(url.path)
        if verb == method and found:
            request = _arguments(name, found.groupdict(), dict(parse_qsl(url.query)), body)
            model = operation(name)
            result = handler(control, request)
            return model.http["responseCode"], to_wire(model.output_shape, result) if model.output_shape else {}
    raise not_found(f"{method} {url.path} is not an operation of the local MediaConvert")


def _arguments(name: str, path: dict[str, str], query: dict[str, str], body: bytes) -> Arguments:
    """An operation's input, from wherever the model says that its members stand."""
    shape = operation(name).input_shape
    if shape is None:
        return {}
    try:
        document = json.loads(body) if body else {}
    except ValueError as error:
        raise bad_request(f"the body is not JSON: {error}") from error
    request: Arguments = from_wire(shape, document)
    for member, kind in shape.members.items():
        place = str(kind.serialization.get("location"))
        wire_name = kind.serialization.get("name", member)
        values: dict[str, str] = {"uri": path, "querystring": query}.get(place, {})
        if wire_name in values:
            value = values[wire_name]
            request[member] = int(value) if kind.type_name == "integer" and value.isdigit() else value
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        raise bad_request(report.generate_report())
    return request


class Server(ThreadingHTTPServer):
    """One thread for each connection, on loopback only."""

    daemon_threads = True
    allow_reuse_address = True
    control: ControlPlane


class Handler(BaseHTTPRequestHandler):
    """HTTP around ``answer``."""

    protocol_version = "HTTP/1.1"
    server_version = "MediaConvert"
    sys_version = ""
    timeout = IDLE_S
    server: Server

    def _serve(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            status, document = answer(self.server.control, self.command, self.path, headers, self._body(headers))
            extra = {}
        except ApiError as error:
            status, document, extra = error.status, {"message": error.message}, {"x-amzn-ErrorType": error.code}
        except Exception:  # noqa: BLE001 - a fault of ours is an answer to the client, and a trace for whoever reads the log
            traceback.print_exc(file=sys.stderr)
            status, document = 500, {"message": "Internal Server Error"}
            extra = {"x-amzn-ErrorType": "InternalServerErrorException"}
        content = json.dumps(document).encode()
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(content))} | extra).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _body(self, headers: dict[str, str]) -> bytes:
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            raise bad_request(f"a body needs a Content-Length of at most {MAX_BODY}")
        return self.rfile.read(int(length))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """One line a request; health checks are silent."""
        if HEALTH not in str(args[0] if args else ""):
            print(json.dumps({"event": "request", "line": format % args}), flush=True)


def _verb(name: str) -> Callable[[Handler], None]:
    def serve(handler: Handler) -> None:
        handler._serve()  # noqa: SLF001 - the module's own class

    serve.__name__ = name
    return serve


for _method in ("GET", "POST", "DELETE"):
    setattr(Handler, f"do_{_method}", _verb(f"do_{_method}"))
