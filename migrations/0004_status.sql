-- Card status: two bits at an unlinkable index. The log is append-only and gapless: `seq` comes from
-- a counter row, so that commits appear in its order and a follower misses nothing.
CREATE TABLE sequences (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO sequences (name, value) VALUES ('card_status_log', 0);

CREATE TABLE status_lists (
    n       BIGINT NOT NULL PRIMARY KEY,
    used    BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE status_entries (
    list BIGINT NOT NULL,
    idx  BIGINT NOT NULL,
    card TEXT   NOT NULL REFERENCES cards (id),
    held_by TEXT NOT NULL,
    PRIMARY KEY (list, idx)
);
CREATE INDEX status_entries_by_card ON status_entries (card);

CREATE TABLE card_status_log (
    seq   BIGINT NOT NULL PRIMARY KEY,
    list  BIGINT NOT NULL,
    idx   BIGINT NOT NULL,
    value BIGINT NOT NULL,
    at    BIGINT NOT NULL
);
