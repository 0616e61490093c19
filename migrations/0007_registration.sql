-- Clients that registered themselves: what an operator allowed them at most, and the keyed digest of
-- the token by which they look after themselves (RFC 7592).
ALTER TABLE registration_tokens ADD COLUMN scope TEXT NOT NULL DEFAULT '';
CREATE TABLE client_registrations (
    client     TEXT   NOT NULL PRIMARY KEY REFERENCES clients (id),
    digest     TEXT   NOT NULL,
    label      TEXT   NOT NULL,
    scope      TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
