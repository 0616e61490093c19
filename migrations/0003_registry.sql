-- The simulated population registry: found by exact number, mobile or card number only.
CREATE TABLE registry_people (
    id_index     TEXT NOT NULL PRIMARY KEY,
    mobile_index TEXT,
    card_index   TEXT,
    body         TEXT NOT NULL,
    portrait     TEXT NOT NULL
);
CREATE INDEX registry_people_by_mobile ON registry_people (mobile_index);
CREATE INDEX registry_people_by_card ON registry_people (card_index);
