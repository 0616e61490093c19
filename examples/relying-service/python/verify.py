"""Is this e-card token good, now, for us?

    pip install --require-hashes -r requirements.txt
    ECARD_CLIENT_ID=… ECARD_CLIENT_SECRET=… python verify.py ISSUER [FUNCTION] < token

Says so twice, a JSON object a line: by keys and status list fetched here (what works without asking
anybody about a person), and by asking the issuer, who takes the code of a citizen's phone as well. Exit 0
valid, 1 not valid, 2 nobody could tell, or asked wrongly.
"""

import base64
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib

import jwt  # PyJWT

LONGEST_WAIT = 2  # seconds; what takes longer is unknown
LARGEST_ANSWER = 4 << 20
LARGEST_LIST = 1 << 18  # 2**20 entries of two bits
CLOCKS_DIFFER_BY = 30  # seconds: excuses a beginning in the future, never an end that has passed
KEYS_LAST = 3600  # seconds
ASK_AGAIN_AFTER = 60  # seconds: neither an unknown key name nor an issuer that is down is asked about more often
FORBIDDEN = {"jku", "jwk", "x5u", "crit"}  # a key the token brings along, or what we do not know


class Invalid(Exception):
    """The card is not good, or this is no card."""


class Unknown(Exception):
    """Nobody could tell. Never to be taken for valid."""


class Verifier:
    """Keep one for as long as the process lives: it holds keys and lists."""

    def __init__(self, issuer, audience):
        self.issuer, self.audience = issuer, audience
        self.keys, self.keys_at, self.asked_at, self.lists = {}, 0, {}, {}

    def verify(self, token, function=None):
        """The token's claims, and how old the knowledge of its status is (s)."""
        claims = self.open(token, "ecard+jwt", audience=self.audience, issuer=self.issuer)
        try:
            place, functions = claims["status"]["status_list"], claims["functions"]
            uri, idx = str(place["uri"]), int(place["idx"])
        except (KeyError, TypeError, ValueError) as error:
            raise Invalid("form") from error
        value, age = self.status(uri, idx)
        if value != 0:
            raise Invalid({1: "ended", 2: "suspended"}.get(value, "status"))
        if function and function not in functions:
            raise Invalid("function_refused")
        return claims, age

    def open(self, token, typ, **expected):
        """Algorithm, kind and key are ours to say, not the token's."""
        required = ["iat", "exp", "sub"] + (["iss", "aud", "nbf"] if "audience" in expected else [])
        try:
            header = jwt.get_unverified_header(token)
            if (header.get("alg"), header.get("typ")) != ("ES256", typ) or FORBIDDEN & header.keys():
                raise Invalid("header")
            claims = jwt.decode(token, self.key(header.get("kid")), algorithms=["ES256"],
                                leeway=CLOCKS_DIFFER_BY, options={"require": required}, **expected)
        except jwt.PyJWTError as error:
            raise Invalid(str(error)) from error
        if claims["exp"] <= time.time():
            raise Invalid("expired")
        return claims

    def key(self, kid):
        if (kid not in self.keys or time.time() >= self.keys_at + KEYS_LAST) and self.may_ask("keys"):
            try:
                found = jwt.PyJWKSet.from_json(fetch(self.issuer + "/oauth/jwks")[0])
                self.keys, self.keys_at = {key.key_id: key for key in found.keys}, time.time()
            except Unknown:
                if kid not in self.keys:  # the keys we have go on for as long as nobody answers
                    raise
        if kid not in self.keys:
            raise Unknown("keys") if not self.keys else Invalid("unknown key")
        return self.keys[kid]

    def may_ask(self, what):
        ready = time.time() >= self.asked_at.get(what, 0) + ASK_AGAIN_AFTER
        if ready:
            self.asked_at[what] = time.time()
        return ready

    def status(self, uri, idx):
        """The entry, and how old the knowledge is (s). How old is too old is for you to say."""
        if not uri.startswith(self.issuer + "/status/"):
            raise Invalid("a status list of somebody else")
        known = self.lists.get(uri)
        if known is None or time.time() >= known["fetched"] + known["ttl"]:
            known = self.renewed(uri, known)
        if known is None or time.time() >= known["exp"]:
            raise Unknown("no status list")
        byte, shift = idx // 4, idx % 4 * 2  # two bits an entry, the lowest first
        if not 0 <= byte < len(known["bytes"]):
            raise Unknown("index")
        return known["bytes"][byte] >> shift & 3, max(0, int(time.time() - known["since"]))

    def renewed(self, uri, known):
        """A newer list, or the one we have: it stands until its end."""
        if not self.may_ask(uri):
            return known
        try:
            token, tag = fetch(uri, headers={"if-none-match": known["tag"]} if known else {})
            now = time.time()
            # What is confirmed (304) is as young as that; what is sent is as old as it says.
            newer = known | {"since": now} if token is None else self.read(uri, token.decode(), known)
            self.lists[uri] = newer | {"fetched": now, "tag": tag}
        except Unknown:
            if known is None:
                raise
        return self.lists[uri]

    def read(self, uri, token, known):
        try:
            found = self.open(token, "statuslist+jwt")
            packed = found["status_list"]["lst"]
            if found["sub"] != uri or found["status_list"]["bits"] != 2:
                raise Unknown("another list than was asked for")
            if known and found["iat"] < known["iat"]:
                raise Unknown("an older list than we have")
            stream = zlib.decompressobj()
            unpacked = stream.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), LARGEST_LIST)
        except (Invalid, KeyError, TypeError, ValueError, zlib.error) as error:
            raise Unknown(f"status list: {error}") from error
        if stream.unconsumed_tail:
            raise Unknown("a list larger than any")
        return {"iat": found["iat"], "since": found["iat"], "exp": found["exp"],
                "ttl": found.get("ttl", 300), "bytes": unpacked}


def fetch(url, data=None, headers=None):
    """What is there and its tag; None when it has not changed."""
    try:
        request = urllib.request.Request(url, data, headers or {})
        with urllib.request.urlopen(request, timeout=LONGEST_WAIT) as answer:
            return answer.read(LARGEST_ANSWER), answer.headers.get("etag", "")
    except urllib.error.HTTPError as error:
        if error.code == 304:
            return None, error.headers.get("etag", "")
        raise Unknown(f"answered {error.code}") from error
    except OSError as error:
        raise Unknown(f"not reached: {error}") from error


def ask(issuer, shown, function=None):
    """The issuer's own answer: nothing is fresher. A code is used up by it."""
    fields = {"qr" if is_code(shown) else "token": shown} | ({"function": function} if function else {})
    secret = f"{os.environ['ECARD_CLIENT_ID']}:{os.environ['ECARD_CLIENT_SECRET']}"
    headers = {"authorization": "Basic " + base64.b64encode(secret.encode()).decode()}
    answer = json.loads(fetch(issuer + "/verify", urllib.parse.urlencode(fields).encode(), headers)[0])
    if answer["active"]:
        return answer
    if "reason" not in answer:  # the issuer cannot tell either
        raise Unknown(answer["status"])
    raise Invalid(answer["status"] if answer["reason"] == "revoked" else answer["reason"])


def is_code(shown):
    return shown.startswith("EC1:") or (shown.isascii() and shown.isdigit())


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
    if len(sys.argv) not in (2, 3) or not {"ECARD_CLIENT_ID", "ECARD_CLIENT_SECRET"} <= os.environ.keys():
        sys.exit(print(__doc__, file=sys.stderr) or 2)
    issuer, function = sys.argv[1].rstrip("/"), (sys.argv[2:] or [None])[0]
    shown = sys.stdin.read().strip()
    verifier = Verifier(issuer, [issuer + "/verify", os.environ["ECARD_CLIENT_ID"]])
    codes = [say("online", lambda: ask(issuer, shown, function))]
    if not is_code(shown):
        codes.append(say("local", lambda: verifier.verify(shown, function)))
    sys.exit(1 if 1 in codes else max(codes))


if __name__ == "__main__":
    main()
