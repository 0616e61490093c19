"""A partner on Authlib: one way through, however the client proves who it is."""

import os

# The service under test is on this machine, without TLS.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit  # noqa: E402

import requests  # noqa: E402
from authlib.common.security import generate_token  # noqa: E402
from authlib.integrations.base_client import OAuthError  # noqa: E402
from authlib.integrations.requests_client import OAuth2Session  # noqa: E402
from authlib.oidc.core import CodeIDToken, UserInfo  # noqa: E402
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url  # noqa: E402
from joserfc import jwt  # noqa: E402
from joserfc.jwk import KeySet  # noqa: E402

from dialogue import ask, step  # noqa: E402


class Partner:
    """A registered client, and what it knows of the issuer."""

    def __init__(self, mine, session, id_token_alg):
        self.mine = mine
        self.session = session
        self.id_token_alg = id_token_alg
        self.metadata = None
        self.keys = None

    def get(self, url):
        answer = requests.get(url, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def discover(self):
        self.metadata = OpenIDProviderMetadata(self.get(get_well_known_url(self.mine["issuer"], True)))
        self.metadata.validate()
        assert self.metadata["issuer"] == self.mine["issuer"], self.metadata["issuer"]
        assert self.id_token_alg in self.metadata["id_token_signing_alg_values_supported"]
        self.keys = KeySet.import_key_set(self.get(self.metadata["jwks_uri"]))

    def request(self):
        """The URL of an authorization request, and what to compare its answer with."""
        verifier, nonce = generate_token(48), generate_token(20)
        url, state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"],
            code_verifier=verifier,
            nonce=nonce,
            prompt="consent",
        )
        return url, {"verifier": verifier, "nonce": nonce, "state": state}

    def push(self, url):
        """Pushes a request's parameters ahead (RFC 9126)."""
        request = dict(parse_qsl(urlsplit(url).query))
        # It comes with the secret, and may be there once.
        del request["client_id"]
        answer = self.session.post(
            self.metadata["pushed_authorization_request_endpoint"],
            data=request,
            auth=self.session.client_auth(self.session.token_endpoint_auth_method),
            withhold_token=True,
        )
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        pushed = {"client_id": self.mine["client_id"], "request_uri": answer.json()["request_uri"]}
        return f"{self.metadata['authorization_endpoint']}?{urlencode(pushed)}"

    def token(self, callback, kept):
        answer = parse_qs(urlsplit(callback).query)
        assert answer.get("iss") == [self.mine["issuer"]], f"iss of the answer: {callback}"
        token = self.session.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=callback,
            state=kept["state"],
            code_verifier=kept["verifier"],
        )
        return dict(token), self.told(token, kept["nonce"])

    def refresh(self, refresh_token, nonce):
        token = self.session.refresh_token(self.metadata["token_endpoint"], refresh_token=refresh_token)
        return dict(token), self.told(token, nonce)

    def decode(self, text, typ, algorithm):
        token = jwt.decode(text, self.keys, algorithms=[algorithm])
        assert typ is None or token.header.get("typ") == typ, token.header
        return token

    def signed(self, text, typ, audience):
        """The claims of a token of ES256 and a type of its own."""
        token = self.decode(text, typ, "ES256")
        rules = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.mine["issuer"]},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        rules.validate(token.claims)
        return token.claims

    def told(self, answer, nonce):
        """Verifies a token answer; what the harness wants to know of it."""
        client_id = self.mine["client_id"]
        decoded = self.decode(answer["id_token"], None, self.id_token_alg)
        id_token = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={"iss": {"value": self.mine["issuer"]}, "aud": {"value": client_id}},
            params={"nonce": nonce, "client_id": client_id, "access_token": answer["access_token"]},
        )
        id_token.validate(leeway=5)
        card = answer.get("ecard_token")
        return {
            "token_type": answer["token_type"],
            "scope": answer.get("scope"),
            "id_token": dict(id_token),
            "access_token": self.signed(answer["access_token"], "at+jwt", self.mine["issuer"]),
            "ecard_token": card and self.signed(card, "ecard+jwt", client_id),
        }

    def userinfo(self):
        answer = self.session.get(self.metadata["userinfo_endpoint"])
        answer.raise_for_status()
        return dict(UserInfo(answer.json()))

    def introspect(self, token):
        answer = self.session.introspect_token(self.metadata["introspection_endpoint"], token=token)
        answer.raise_for_status()
        return answer.json()

    def revoke(self, token):
        answer = self.session.revoke_token(
            self.metadata["revocation_endpoint"], token=token, token_type_hint="refresh_token"
        )
        answer.raise_for_status()

    def refusal(self, refresh_token):
        try:
            self.session.refresh_token(self.metadata["token_endpoint"], refresh_token=refresh_token)
        except OAuthError as error:
            return {"error": error.error}
        return {"error": "none"}


def way(mine, session, id_token_alg, pushes):
    """Everything a partner does, from discovery to a revoked token."""
    partner = Partner(mine, session, id_token_alg)
    step("discovery", partner.discover)
    url, kept = partner.request()
    if pushes:
        url = step("par", lambda: partner.push(url))
    callback = ask(authorize=url)["callback"]

    def answer(key):
        return lambda outcome: {key: outcome}

    def told(outcome):
        return outcome[1]

    token, _ = step("token", lambda: partner.token(callback, kept), told)
    step("userinfo", partner.userinfo, answer("claims"))
    step("introspection", lambda: partner.introspect(token["access_token"]), answer("answer"))
    fresh, _ = step("refresh", lambda: partner.refresh(token["refresh_token"], kept["nonce"]), told)
    step("userinfo again", partner.userinfo, answer("claims"))
    step("revocation", lambda: partner.revoke(fresh["refresh_token"]))
    step("introspection afterwards", lambda: partner.introspect(fresh["access_token"]), answer("answer"))
    step("refresh afterwards", lambda: partner.refusal(fresh["refresh_token"]), answer("answer"))


def session(mine, method, secret):
    """A session of Authlib's that proves itself one way everywhere."""
    return OAuth2Session(
        mine["client_id"],
        secret,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        scope=mine["scope"],
        redirect_uri=mine["redirect_uri"],
        code_challenge_method="S256",
        default_timeout=10,
    )
