"""A partner with a secret in the form, which pushes its request and wants RS256."""

from partner import session, way

from dialogue import ask, run


def program():
    mine = ask(jwks={"keys": []})
    way(mine, session(mine, "client_secret_post", mine["client_secret"]), "RS256", pushes=True)


run(program)
