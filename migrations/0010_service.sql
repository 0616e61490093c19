-- What a database knows of the service it belongs to.
CREATE TABLE service_facts (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
