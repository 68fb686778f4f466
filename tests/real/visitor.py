"""Somebody at a web page: keeps cookies, follows redirects, sends forms with their token."""

import http.cookiejar
import re
import urllib.parse
import urllib.request

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Visitor:
    """A browser without scripts. `site` is the address in front of every path."""

    def __init__(self, site: str) -> None:
        self.site = site
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def read(self, path: str) -> str:
        """The page at `path`, after redirects. Raises `urllib.error.HTTPError` for anything but success."""
        with self._opener.open(urllib.parse.urljoin(self.site, path), timeout=30) as answer:
            return str(answer.read().decode(errors="replace"))

    def send(self, path: str, *, seen_on: str = "", **fields: str) -> str:
        """Send a form to `path` with the token of the page `seen_on` (usually the same); the page that answers."""
        found = TOKEN.search(self.read(seen_on or path))
        assert found, f"no form on {seen_on or path}"
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": found[1], **fields}).encode()
        headers = {"Referer": f"{self.site}{seen_on or path}"}
        request = urllib.request.Request(urllib.parse.urljoin(self.site, path), data, headers)
        with self._opener.open(request, timeout=30) as answer:
            return str(answer.read().decode())
