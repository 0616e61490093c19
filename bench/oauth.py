#!/usr/bin/env python3
"""Loads the authorization server from the same machine; see README.md beside this file."""
import base64
import hashlib
import html
import http.cookiejar
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

RUNS, SECONDS, CONNECTIONS, THREADS = 3, int(os.environ.get("SECONDS_EACH", "10")), 32, 1
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
SCOPE = "openid profile ecard offline_access"


class Service:
    """A running `ecard` in a folder of its own."""

    def __init__(self, binary):
        self.binary, self.folder = os.path.abspath(binary), tempfile.mkdtemp()
        environment = {**os.environ, "ECARD_LOG": "warn", "ECARD_LIMITS__CLIENT_ROWS_PER_S": "1000000",
                       "ECARD_LIMITS__VERIFY_PER_CLIENT_S": "1000000"}
        self.process = subprocess.Popen(
            [self.binary, "--listen", "127.0.0.1:0"], cwd=self.folder, env=environment,
            stdout=subprocess.PIPE, stderr=open(os.path.join(self.folder, "log"), "w"), text=True)
        for line in self.process.stdout:
            if line.startswith("listening on "):
                self.base = line.split()[2]
                return
        sys.exit("the service did not start; see " + self.folder)

    def register(self, *arguments):
        done = subprocess.run([self.binary, "client", "add", "--json", *arguments],
                              cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        return json.loads(done.stdout)["client_secret"]

    def cpu_seconds(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        return self.process.wait()


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Reads forms, fills fields by name, sends hidden fields back as found."""

    def __init__(self, base):
        self.base, self.jar = base, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(Stay, urllib.request.HTTPCookieProcessor(self.jar))

    def send(self, url, fields=None):
        data = None if fields is None else urllib.parse.urlencode(fields).encode()
        try:
            answer = self.opener.open(urllib.parse.urljoin(self.base, url), data)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.headers.get("location"), answer.read().decode()

    def walk(self, url, person, phone, end):
        status, location, body = self.send(url)
        for _ in range(40):
            while status in (302, 303):
                if location.startswith(end):
                    return location
                url = location
                status, location, body = self.send(url)
            status, location, body = self.send(url, self.fill(body, person, phone))
        sys.exit("the walk came to no end at " + url)

    @staticmethod
    def fill(body, person, phone):
        main = body.split("<main")[1].split("</main>")[0]
        form = main.split("<form")[1].split("</form>")[0]
        fields = {}
        for tag in re.findall(r'<input[^>]*type="hidden"[^>]*>', form):
            name, value = (re.search(f'{n}="([^"]*)"', tag).group(1) for n in ("name", "value"))
            fields[name] = html.unescape(value)
        step = re.search(r'data-step="([^"]*)"', body).group(1)
        fields.update({
            "consent": lambda: {"decision": "allow"},
            "login": lambda: {"account": person["account"], "password": person["password"]},
            "real-name": lambda: {"name": person["name"], "id_number": person["id_number"]},
            "face-consent": lambda: {"face_consent": "yes"},
            "face": lambda: {"sample": "same"},
            "activation": lambda: {"activation_code": phone()},
            "pin": lambda: {"pin": "739142", "pin_again": "739142"},
        }[step]())
        return fields


def get_json(url):
    request = urllib.request.Request(url, headers={"accept": "application/json"})
    return json.load(urllib.request.urlopen(request))


def basic(client, secret):
    return "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()


def post_json(url, authorization, fields):
    data = urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(url, data, {"authorization": authorization})
    return json.load(urllib.request.urlopen(request))


def lua(service, name, text):
    path = os.path.join(service.folder, name + ".lua")
    with open(path, "w") as file:
        file.write(text)
    return path


def post_script(path, authorization, body):
    return f'''
wrk.method = "POST"; wrk.path = "{path}"; wrk.body = "{body}"
wrk.headers["authorization"] = "{authorization}"
wrk.headers["content-type"] = "application/x-www-form-urlencoded"
'''


FLOW = '''
local codes, first, last = {{}}, 1, 0
local form = {{ ["authorization"] = "{authorization}", ["content-type"] = "application/x-www-form-urlencoded" }}
local cookie = {{ ["cookie"] = "{cookie}" }}
function request()
  if first <= last then
    local code = codes[first]; codes[first] = nil; first = first + 1
    return wrk.format("POST", "/oauth/token", form, "grant_type=authorization_code&redirect_uri={redirect}&code_verifier={verifier}&code=" .. code)
  end
  return wrk.format("GET", "{authorize}", cookie)
end
local bad = 0
function response(status, headers, body)
  local location = headers["Location"] or headers["location"]
  local code = location and location:match("[?&]code=([^&]+)")
  if code then last = last + 1; codes[last] = code
  elseif status ~= 200 then bad = bad + 1; if bad < 3 then print(status, location or body) end end
end
'''


def measure(service, name, script, url="", requests_a_thing=1):
    rates, costs = [], []
    for _ in range(RUNS):
        before = service.cpu_seconds()
        command = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
        command += (["-s", script] if script else []) + [service.base + url]
        out = subprocess.run(command, capture_output=True, text=True).stdout
        if "Non-2xx" in out:
            print(out)
        count = int(re.search(r"(\d+) requests in", out).group(1))
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
        rates.append(rate / requests_a_thing)
        costs.append((service.cpu_seconds() - before) / count * requests_a_thing * 1e6)
    print(f"{name:20} {statistics.median(rates):>10.0f} /s {statistics.median(costs):>8.0f} µs of CPU   "
          f"({', '.join(f'{rate:.0f}' for rate in rates)})", flush=True)


def main():
    service = Service(sys.argv[1])
    redirect = "https://bench.example/cb"
    machine = service.register("--id", "bench-machine", "--name", "机器")
    partner = service.register("--id", "bench-partner", "--name", "应用", "--redirect-uri", redirect,
                               "--scope", SCOPE)
    people = get_json(service.base + "/demo")
    person = next(p for p in people if p["story"] == "adult")

    def phone():
        inbox = get_json(service.base + "/demo/phone?number=" + person["registered_mobile"])
        return re.search(r"校验码为(\d{6})", inbox[0]["text"]).group(1)

    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    query = urllib.parse.urlencode({
        "client_id": "bench-partner", "response_type": "code", "redirect_uri": redirect, "scope": SCOPE,
        "state": "s", "nonce": "n", "code_challenge": challenge, "code_challenge_method": "S256"})
    browser = Browser(service.base)
    browser.walk("/oauth/authorize?" + query, person, phone, redirect)
    cookie = "; ".join(f"{c.name}={c.value}" for c in browser.jar)
    as_machine = basic("bench-machine", machine)
    token = post_json(service.base + "/oauth/token", as_machine, {"grant_type": "client_credentials"})

    # Good for five minutes, so it comes first.
    status, _, card = browser.send("/card/token")
    hospital = open(os.path.join(service.folder, "keys", "demo-hospital.secret")).read().strip()
    as_hospital = basic("demo-hospital", hospital)
    if status != 200 or not post_json(service.base + "/verify", as_hospital, {"token": card})["active"]:
        sys.exit("the card is not good")
    measure(service, "verify", lua(service, "verify", post_script(
        "/verify", as_hospital, "function=medical.settle&token=" + card)))
    measure(service, "discovery", None, "/.well-known/openid-configuration")
    measure(service, "jwks", None, "/oauth/jwks")
    measure(service, "client_credentials", lua(service, "token", post_script(
        "/oauth/token", as_machine, "grant_type=client_credentials")))
    measure(service, "introspection", lua(service, "introspect", post_script(
        "/oauth/introspect", as_machine, "token=" + token["access_token"])))
    measure(service, "flows", lua(service, "flow", FLOW.format(
        authorization=basic("bench-partner", partner), cookie=cookie, verifier=VERIFIER,
        redirect=urllib.parse.quote(redirect, safe=""), authorize="/oauth/authorize?" + query)),
        requests_a_thing=2)
    sys.exit(service.stop())


if __name__ == "__main__":
    main()
