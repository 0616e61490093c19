-- What a holder does with a card: reports it lost, shows it, reads who looked at it. TEXT and
-- BIGINT only; times are seconds since 1970; what is a secret outside stands here as a keyed digest.

-- When a card came to stand where it stands; none: when it was issued.
ALTER TABLE cards ADD COLUMN changed_at BIGINT;

-- Loss reports, each with the receipt its holder was shown.
CREATE TABLE loss_reports (
    receipt     TEXT   NOT NULL PRIMARY KEY,
    card        TEXT   NOT NULL REFERENCES cards (id),
    kind        TEXT   NOT NULL,
    reported_at BIGINT NOT NULL
);
CREATE INDEX loss_reports_by_card ON loss_reports (card, reported_at);

-- Codes of 24 digits that a holder shows: one live one for each browser session. Used and replaced
-- ones stay a while, so that a second presentation is known for what it is.
CREATE TABLE online_codes (
    digest     TEXT   NOT NULL PRIMARY KEY,
    session    TEXT   NOT NULL,
    list       BIGINT NOT NULL,
    idx        BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX online_codes_one_live ON online_codes (session) WHERE state = 'live';
CREATE INDEX online_codes_by_expiry ON online_codes (expires_at);

-- Codes signed by a phone, each accepted once, and checks a terminal has handed in, each noted once.
CREATE TABLE shown_codes (
    digest     TEXT   NOT NULL PRIMARY KEY,
    shown_to   TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX shown_codes_by_expiry ON shown_codes (expires_at);

-- Tickets handed to phones for showing offline: each holds a status entry of the card under its own
-- name (status_entries.held_by = ref).
CREATE TABLE offline_tickets (
    ref        TEXT   NOT NULL PRIMARY KEY,
    list       BIGINT NOT NULL,
    idx        BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX offline_tickets_by_expiry ON offline_tickets (expires_at);

-- A citizen's events stay in one lane, so their numbers are their order: pages of them are read by it.
DROP INDEX audit_of_citizen;
CREATE INDEX audit_of_citizen ON audit (citizen, seq) WHERE citizen IS NOT NULL;
