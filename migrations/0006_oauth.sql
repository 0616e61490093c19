-- The authorization server. TEXT and BIGINT only; times are seconds since 1970; what is a secret
-- outside stands here as a keyed digest.

-- A client may hold several secrets, so that they can overlap while they change. Two clients may
-- have been given the same one.
CREATE TABLE client_secrets (
    client     TEXT   NOT NULL REFERENCES clients (id),
    digest     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (client, digest)
);
INSERT INTO client_secrets (digest, client, created_at)
    SELECT secret_digest, id, created_at FROM clients WHERE secret_digest <> '';
ALTER TABLE clients DROP COLUMN secret_digest;

-- What a citizen has allowed a client: one live row for the two of them. It ties consent, codes,
-- tokens and the card's status.
CREATE TABLE grants (
    id           TEXT   NOT NULL PRIMARY KEY,
    client       TEXT   NOT NULL REFERENCES clients (id),
    citizen      TEXT   NOT NULL REFERENCES citizens (id),
    card         TEXT   NOT NULL REFERENCES cards (id),
    scope        TEXT   NOT NULL,
    fields       TEXT   NOT NULL,
    text_version TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    list         BIGINT NOT NULL,
    idx          BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT,
    last_used_at BIGINT
);
CREATE UNIQUE INDEX grants_one_live ON grants (client, citizen) WHERE state = 'live';
CREATE INDEX grants_by_citizen ON grants (citizen, state);
CREATE INDEX grants_by_expiry ON grants (expires_at) WHERE state = 'live';

-- Requests pushed ahead (RFC 9126), found by the digest of their request_uri.
CREATE TABLE pushed_requests (
    digest     TEXT   NOT NULL PRIMARY KEY,
    client     TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);

-- Authorizations that wait for a citizen. `session` is empty until a browser arrives.
CREATE TABLE authorizations (
    id         TEXT   NOT NULL PRIMARY KEY,
    client     TEXT   NOT NULL,
    session    TEXT,
    pushed     TEXT,
    state      TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX authorizations_by_expiry ON authorizations (expires_at);
CREATE INDEX authorizations_by_pushed ON authorizations (pushed) WHERE pushed IS NOT NULL;
ALTER TABLE claims ADD COLUMN return_to TEXT;
-- The session this one succeeded, through logins of the same account: what a client knows it by.
ALTER TABLE sessions ADD COLUMN root TEXT;

-- Authorization codes (RFC 6749 §4.1). `line` names all tokens that come of one.
CREATE TABLE auth_codes (
    digest     TEXT   NOT NULL PRIMARY KEY,
    client     TEXT   NOT NULL,
    grant_id   TEXT   NOT NULL REFERENCES grants (id),
    line       TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX auth_codes_by_expiry ON auth_codes (expires_at);

-- A line of refresh tokens: the tokens themselves are nowhere. `used` is the highest generation
-- that was presented.
CREATE TABLE refresh_lines (
    id         TEXT   NOT NULL PRIMARY KEY,
    client     TEXT   NOT NULL,
    grant_id   TEXT   NOT NULL REFERENCES grants (id),
    body       TEXT   NOT NULL,
    used       BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX refresh_lines_by_grant ON refresh_lines (grant_id, state);
CREATE INDEX refresh_lines_by_expiry ON refresh_lines (expires_at);

-- Codes of other screens (RFC 8628).
CREATE TABLE device_codes (
    digest       TEXT   NOT NULL PRIMARY KEY,
    user_digest  TEXT   NOT NULL UNIQUE,
    client       TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    interval_s   BIGINT NOT NULL,
    polled_at    BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX device_codes_by_expiry ON device_codes (expires_at);

-- Identifiers of proofs and assertions that were accepted once.
CREATE TABLE used_jtis (
    digest     TEXT   NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX used_jtis_by_expiry ON used_jtis (expires_at);

-- Which clients a browser session has signed in to: `sid` of ID and logout tokens.
CREATE TABLE client_sessions (
    sid        TEXT   NOT NULL PRIMARY KEY,
    session    TEXT   NOT NULL,
    client     TEXT   NOT NULL,
    grant_id   TEXT   NOT NULL REFERENCES grants (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX client_sessions_by_session ON client_sessions (session);
CREATE INDEX client_sessions_by_grant ON client_sessions (grant_id);
CREATE INDEX client_sessions_by_age ON client_sessions (created_at);

-- Logout tokens to deliver (OpenID Connect Back-Channel Logout), and how it went.
CREATE TABLE logout_notices (
    id           TEXT   NOT NULL PRIMARY KEY,
    client       TEXT   NOT NULL,
    uri          TEXT   NOT NULL,
    sub          TEXT   NOT NULL,
    sid          TEXT,
    state        TEXT   NOT NULL,
    attempts     BIGINT NOT NULL,
    next_at      BIGINT NOT NULL,
    lease_until  BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    delivered_at BIGINT,
    last_error   TEXT
);
CREATE INDEX logout_notices_due ON logout_notices (next_at) WHERE state IN ('queued', 'sending');
CREATE INDEX logout_notices_by_age ON logout_notices (created_at);

-- What every instance must know at once: grants, lines and tokens that ended, clients that changed.
CREATE TABLE oauth_changes (
    seq     BIGINT NOT NULL PRIMARY KEY,
    kind    TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX oauth_changes_by_age ON oauth_changes (at);
INSERT INTO sequences (name, value) VALUES ('oauth_changes', 0);

-- Who may register clients (RFC 7591 §3): tokens handed out by an operator.
CREATE TABLE registration_tokens (
    digest     TEXT   NOT NULL PRIMARY KEY,
    label      TEXT   NOT NULL,
    uses_left  BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
