"""A person at the pages over HTTP, without a browser."""

import re
import time
from http.cookiejar import CookieJar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class WebVisitor:
    """Keeps cookies; `address` is the portal's, e.g. "http://127.0.0.1:8000"."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._opener: OpenerDirector = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        return self._open(path, None)

    def post(self, path: str, **fields: str) -> str:
        token = TOKEN.search(self.get(path))
        assert token is not None
        data = urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        return self._open(path, data)

    def sign_in(self, email: str, password: str) -> str:
        """The page that comes after it."""
        return self.post("/sign-in", username=email, password=password)

    def wait_until_there(self, seconds: float) -> None:
        """Return when the sign-in page is answered. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.get("/sign-in")
                return
            except HTTPError:
                raise
            except (URLError, ConnectionError):
                time.sleep(0.05)
        raise TimeoutError(f"{self._address} did not answer within {seconds} s")

    def _open(self, path: str, data: bytes | None) -> str:
        with self._opener.open(f"{self._address}{path}", data, timeout=60) as response:
            return str(response.read().decode())
