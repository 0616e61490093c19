-- The citizen's way: accounts, browser sessions, claims, cards. TEXT and BIGINT only; times are
-- seconds since 1970. Columns named *_index are keyed hashes, `body` columns are sealed.

CREATE TABLE citizens (
    id         TEXT   NOT NULL PRIMARY KEY,
    id_index   TEXT   NOT NULL UNIQUE,
    body       TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE accounts (
    id            TEXT   NOT NULL PRIMARY KEY,
    mobile_index  TEXT   NOT NULL UNIQUE,
    mobile        TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,
    citizen       TEXT   UNIQUE REFERENCES citizens (id),
    created_at    BIGINT NOT NULL
);

CREATE TABLE claims (
    id         TEXT   NOT NULL PRIMARY KEY,
    reference  TEXT   NOT NULL,
    account    TEXT   REFERENCES accounts (id),
    stage      TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX claims_by_account ON claims (account, stage);
CREATE INDEX claims_by_expiry ON claims (expires_at);

CREATE TABLE sessions (
    id         TEXT   NOT NULL PRIMARY KEY,
    account    TEXT   REFERENCES accounts (id),
    claim      TEXT   REFERENCES claims (id),
    context    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE INDEX sessions_by_seen ON sessions (seen_at);

-- A confirmed name may be resumed for a day, from any browser, by the account it was confirmed for.
CREATE TABLE verified_names (
    account     TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (id),
    body        TEXT   NOT NULL,
    valid_until BIGINT NOT NULL
);

-- One-time codes sent by SMS: bound by their digest to purpose, subject and phone.
CREATE TABLE codes (
    id         TEXT   NOT NULL PRIMARY KEY,
    purpose    TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    tries      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX codes_by_subject ON codes (subject, purpose);
CREATE INDEX codes_by_expiry ON codes (expires_at);

CREATE TABLE registrations (
    session       TEXT   NOT NULL PRIMARY KEY,
    body          TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,
    code          TEXT   NOT NULL,
    expires_at    BIGINT NOT NULL
);

CREATE TABLE cards (
    id           TEXT   NOT NULL PRIMARY KEY,
    citizen      TEXT   NOT NULL REFERENCES citizens (id),
    state        TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    pin_hash     TEXT   NOT NULL,
    pin_failures BIGINT NOT NULL,
    issued_at    BIGINT NOT NULL
);
-- At most one live card a citizen, whatever runs at the same time.
CREATE UNIQUE INDEX cards_one_live ON cards (citizen)
    WHERE state IN ('active', 'suspended', 'lost', 'minor_deactivated');

CREATE TABLE consents (
    id           TEXT   NOT NULL PRIMARY KEY,
    citizen      TEXT   NOT NULL REFERENCES citizens (id),
    purpose      TEXT   NOT NULL,
    text_version TEXT   NOT NULL,
    fields       TEXT   NOT NULL,
    recipient    TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    granted_at   BIGINT NOT NULL,
    ended_at     BIGINT
);
CREATE INDEX consents_by_citizen ON consents (citizen, state);

CREATE TABLE reviews (
    id         TEXT   NOT NULL PRIMARY KEY,
    claim      TEXT   NOT NULL UNIQUE REFERENCES claims (id),
    account    TEXT   NOT NULL REFERENCES accounts (id),
    reason     TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    note       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT
);
CREATE INDEX reviews_by_state ON reviews (state, created_at);

-- Handed over at a counter, where a clerk looked at person and document.
CREATE TABLE counter_codes (
    id         TEXT   NOT NULL PRIMARY KEY,
    id_index   TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX counter_codes_by_person ON counter_codes (id_index, state);
