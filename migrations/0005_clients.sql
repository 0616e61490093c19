-- Partner apps and relying services. Secrets are random and long: a keyed digest is enough.
CREATE TABLE clients (
    id            TEXT   NOT NULL PRIMARY KEY,
    body          TEXT   NOT NULL,
    secret_digest TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    created_at    BIGINT NOT NULL
);
