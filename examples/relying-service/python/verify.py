"""Is this e-card token good, now, for us?

    ECARD_CLIENT_ID=… ECARD_CLIENT_SECRET=… python verify.py ISSUER < token

Says so twice, a JSON object a line: by keys and status list fetched here (what works without asking
anybody about a person), and by asking the issuer. Exit 0 both say valid, 1 not valid, 2 nobody could tell.
"""

import base64
import json
import os
import sys
import time
import urllib.parse
import urllib.request
import zlib

import jwt  # PyJWT

LARGEST_ANSWER = 4 << 20
LARGEST_LIST = 1 << 18  # 2**20 entries of two bits
CLOCKS_DIFFER_BY = 30  # seconds: excuses a beginning in the future, never an end that has passed
ASK_FOR_KEYS_EVERY = 60  # seconds: an unknown key name costs the issuer one request a minute


class Invalid(Exception):
    """The card is not good, or this is no card."""


class Unknown(Exception):
    """Nobody could tell. Never to be taken for valid."""


class Verifier:
    """Keep one for as long as the process lives: it holds keys and lists."""

    def __init__(self, issuer, audience):
        self.issuer, self.audience = issuer, audience
        self.keys, self.keys_asked_at, self.lists = {}, 0, {}

    def verify(self, token, function=None):
        """The token's claims, and how old the knowledge of its status is (s)."""
        claims = self.open(token, "ecard+jwt", audience=self.audience, issuer=self.issuer)
        place = claims["status"]["status_list"]
        value, age = self.status(place["uri"], place["idx"])
        if value != 0:
            raise Invalid({1: "ended", 2: "suspended"}.get(value, "status"))
        if function and function not in claims["functions"]:
            raise Invalid("function_refused")
        return claims, age

    def open(self, token, typ, **expected):
        """Algorithm, kind and key are ours to say, not the token's."""
        required = ["iat", "exp", "sub"] + (["iss", "aud", "nbf"] if "audience" in expected else [])
        try:
            header = jwt.get_unverified_header(token)
            if (header.get("alg"), header.get("typ")) != ("ES256", typ) or "crit" in header:
                raise Invalid("type")
            claims = jwt.decode(token, self.key(header.get("kid")), algorithms=["ES256"],
                                leeway=CLOCKS_DIFFER_BY, options={"require": required}, **expected)
        except jwt.PyJWTError as error:
            raise Invalid(str(error)) from error
        if claims["exp"] <= time.time():
            raise Invalid("expired")
        return claims

    def key(self, kid):
        if kid not in self.keys and time.time() - self.keys_asked_at >= ASK_FOR_KEYS_EVERY:
            self.keys_asked_at = time.time()
            found = jwt.PyJWKSet.from_json(fetch(self.issuer + "/oauth/jwks"))
            self.keys = {key.key_id: key for key in found.keys}
        if kid not in self.keys:
            raise Unknown("keys") if not self.keys else Invalid("unknown key")
        return self.keys[kid]

    def status(self, uri, idx):
        if not uri.startswith(self.issuer + "/status/"):
            raise Invalid("a status list of somebody else")
        known = self.lists.get(uri)
        if known is None or time.time() >= known["iat"] + known["ttl"]:
            known = self.lists[uri] = self.newer(uri, known)
        byte, shift = idx // 4, idx % 4 * 2  # two bits an entry, the lowest first
        if not 0 <= byte < len(known["bytes"]):
            raise Unknown("index")
        return known["bytes"][byte] >> shift & 3, max(0, int(time.time()) - known["iat"])

    def newer(self, uri, known):
        try:
            found = self.open(fetch(uri).decode(), "statuslist+jwt")
        except Invalid as error:
            raise Unknown(f"status list: {error}") from error
        if found["sub"] != uri or found["status_list"]["bits"] != 2:
            raise Unknown("another list than was asked for")
        if known and found["iat"] < known["iat"]:
            raise Unknown("an older list than we have")
        packed = found["status_list"]["lst"]
        stream = zlib.decompressobj()
        unpacked = stream.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), LARGEST_LIST)
        if stream.unconsumed_tail:
            raise Unknown("a list larger than any")
        return {"iat": found["iat"], "ttl": found.get("ttl", 300), "bytes": unpacked}


def fetch(url, data=None, headers=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers or {}), timeout=5) as answer:
            return answer.read(LARGEST_ANSWER)
    except OSError as error:
        raise Unknown(f"not reached: {error}") from error


def ask(issuer, token, function=None):
    """The issuer's own answer: nothing is fresher."""
    fields = {"token": token} | ({"function": function} if function else {})
    secret = f"{os.environ['ECARD_CLIENT_ID']}:{os.environ['ECARD_CLIENT_SECRET']}"
    headers = {"authorization": "Basic " + base64.b64encode(secret.encode()).decode()}
    answer = json.loads(fetch(issuer + "/verify", urllib.parse.urlencode(fields).encode(), headers))
    if not answer["active"]:
        raise Invalid(answer.get("reason", answer["status"]))
    return answer


def say(way, judge):
    """One line, and the exit code. The token and what it says of a person are never written."""
    try:
        judge()
        print(json.dumps({"way": way, "verdict": "valid"}))
        return 0
    except Invalid as error:
        print(json.dumps({"way": way, "verdict": "invalid", "reason": str(error)}))
        return 1
    except Unknown as error:
        print(json.dumps({"way": way, "verdict": "unknown", "reason": str(error)}))
        return 2


def main():
    issuer, token = sys.argv[1], sys.stdin.read().strip()
    verifier = Verifier(issuer, [issuer + "/verify", os.environ["ECARD_CLIENT_ID"]])
    codes = {say("local", lambda: verifier.verify(token)), say("online", lambda: ask(issuer, token))}
    sys.exit(1 if 1 in codes else max(codes))


if __name__ == "__main__":
    main()
