-- Each citizen's own key, sealed under the keys in the keys folder. Deleting the row makes every
-- audit body of that citizen unreadable for good.
CREATE TABLE citizen_keys (
    citizen TEXT PRIMARY KEY,
    sealed_key TEXT NOT NULL
);

-- Audit is append-only: a hash chain a lane, sixteen lanes so that writers seldom wait.
CREATE TABLE audit_lanes (
    lane BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    head TEXT NOT NULL
);
INSERT INTO audit_lanes (lane, seq, head) VALUES
    (0, 0, ''), (1, 0, ''), (2, 0, ''), (3, 0, ''), (4, 0, ''), (5, 0, ''), (6, 0, ''), (7, 0, ''),
    (8, 0, ''), (9, 0, ''), (10, 0, ''), (11, 0, ''), (12, 0, ''), (13, 0, ''), (14, 0, ''), (15, 0, '');

CREATE TABLE audit (
    lane BIGINT NOT NULL REFERENCES audit_lanes (lane),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    citizen TEXT,
    event TEXT NOT NULL,
    reference TEXT NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (lane, seq)
);
CREATE INDEX audit_of_citizen ON audit (citizen, at) WHERE citizen IS NOT NULL;

-- Counters of attempts and sends. A bucket's name is made of keyed hashes only.
CREATE TABLE limit_counters (
    bucket TEXT PRIMARY KEY,
    started_at BIGINT NOT NULL,
    used BIGINT NOT NULL
);
CREATE INDEX limit_counters_by_age ON limit_counters (started_at);

-- Messages to send: written in the transaction that decides on them, sent after it.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    recipient TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    last_error TEXT
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('queued', 'sending');
