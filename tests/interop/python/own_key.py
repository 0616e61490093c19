"""A partner with an Ed25519 key, which sends its request with the browser."""

from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import OKPKey

from partner import session, way

from dialogue import ask, run


def program():
    key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "EdDSA"}, auto_kid=True)
    mine = ask(jwks={"keys": [key.as_dict(private=False)]})
    sessions = session(mine, "private_key_jwt", key)
    header = {"kid": key.kid}
    sessions.register_client_auth_method(PrivateKeyJWT(mine["issuer"], headers=header, alg="EdDSA"))
    way(mine, sessions, "ES256", pushes=False)


run(program)
