"""Makes offline_codes.json with other hands' CBOR, COSE, base45 and ECDSA:
pip install cbor2 pycose cryptography base45; python offline_codes.py > offline_codes.json
The keys are scalars anybody can see: they are good for tests alone."""
import base64, json
import base45
import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from pycose.algorithms import Es256
from pycose.headers import KID, Algorithm
from pycose.keys import EC2Key
from pycose.keys.curves import P256
from pycose.messages import Sign1Message

NOW = 1_800_000_000


def key(scalar):
    private = ec.derive_private_key(scalar, ec.SECP256R1())
    public = private.public_key().public_numbers()
    x, y = (n.to_bytes(32, "big") for n in (public.x, public.y))
    return EC2Key(crv=P256, x=x, y=y, d=scalar.to_bytes(32, "big")), x, y


def sign(payload, signer, aad, kid=None):
    header = {Algorithm: Es256}
    if kid:
        header[KID] = kid.encode()
    message = Sign1Message(phdr=header, uhdr={}, payload=payload, external_aad=aad, key=signer)
    return message.encode(tag=False, sign=True)


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


issuer, ix, iy = key(0x1111)
device, dx, dy = key(0x2222)
KID_TEXT = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"
cases = []
for name in (None, "*明"):
    claims = {4: NOW + 3600, 7: bytes(range(16)), 8: {1: 2, -1: 1, -2: dx, -3: dy}, -1: 20, -2: 777_777, -3: 0b100_0001}
    if name:
        claims[-4] = name
    ticket = sign(cbor2.dumps(claims), issuer, b"ecard-ticket-1", KID_TEXT)
    shown = sign(cbor2.dumps([ticket, NOW - 5, bytes(range(8))]), device, b"ecard-present-1")
    cases.append({"name": name, "bytes": len(shown), "text": "EC1:" + base45.b45encode(shown).decode()})
keys = {"keys": [{"kty": "EC", "crv": "P-256", "kid": KID_TEXT, "x": b64(ix), "y": b64(iy)}]}
print(json.dumps({"now": NOW, "index": 777_777, "list": 20, "jwks": keys, "codes": cases}, ensure_ascii=False, indent=1))
