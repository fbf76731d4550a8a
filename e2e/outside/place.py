# The real program with a made-up company, and a person who is signed in to it.
import http.cookiejar
import json
import re
import subprocess
import time
import urllib.parse
import urllib.request

LINK = re.compile(r"http://127\.0\.0\.1:\d+/in/\S+")
# The smallest company that has teams, records and a history.
COMPANY = ["--people", "14", "--repos", "1", "--years", "1", "--seed", "7"]


class Place:
    """A running server; `stop` ends it."""

    def __init__(self, program, data):
        self.program, self.data = program, data
        words = [program, "demo", "--no-open", "--listen", "127.0.0.1:0", "--data", data, *COMPANY]
        self.log = open(f"{data}.log", "wb+")
        self.child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        link = self._link()
        self.origin = link.split("/in/")[0]
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(jar)
        self.browser.open(link).read()

    def said(self):
        """What the program printed until now."""
        self.log.flush()
        with open(self.log.name, encoding="utf-8", errors="replace") as file:
            return file.read()

    def _link(self):
        until = time.monotonic() + 120
        while time.monotonic() < until:
            found = LINK.search(self.said())
            if found:
                return found.group(0)
            if self.child.poll() is not None:
                raise RuntimeError(f"it ended with {self.child.returncode}:\n{self.said()}")
            time.sleep(0.1)
        raise RuntimeError(f"no link came within two minutes:\n{self.said()}")

    def token(self, **scope):
        """A new token, made as a person makes it: with a form on the page of settings."""
        page = self.browser.open(f"{self.origin}/settings").read().decode()
        csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
        form = urllib.parse.urlencode({"csrf": csrf, **scope}).encode()
        page = self.browser.open(f"{self.origin}/settings/tokens", form).read().decode()
        return re.search(r"mst_\w+", page).group(0)

    def rows(self, query):
        """What the facts answer to a question."""
        body = json.dumps({"query": query}).encode()
        request = urllib.request.Request(f"{self.origin}/api/v1/sql", body, {"content-type": "application/json"})
        return json.load(self.browser.open(request))["rows"]

    def wait_for_facts(self):
        """Returns once the history was read."""
        until = time.monotonic() + 180
        while time.monotonic() < until:
            if self.rows("select count(*) as n from owners")[0]["n"] > 0:
                return
            time.sleep(0.2)
        raise RuntimeError("the history was not read within three minutes")

    def stop(self):
        self.child.terminate()
        self.child.wait(30)
        self.log.close()
