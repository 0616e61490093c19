-- What was published of a list last: signed once for all instances, under compare-and-swap on `version`.
-- It is a snapshot too: the list as of line `seq` of the log, or later, so that an instance that
-- starts reads these rows and the log's last minutes, not the whole log.
CREATE TABLE status_publications (
    list      BIGINT NOT NULL PRIMARY KEY,
    version   BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    token     TEXT   NOT NULL
);

-- Where the log stood when the list was opened: no earlier line is of this list.
ALTER TABLE status_lists ADD COLUMN opened_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE status_lists DROP COLUMN version;
