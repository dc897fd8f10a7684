-- Changes of users and keys that are stored and not known to be among the receipts yet, in their order.
CREATE TABLE access_change (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       VARCHAR(32)    NOT NULL,
    changed_by VARCHAR(200)   NOT NULL,
    what       VARCHAR(1000)  NOT NULL,
    changed_at TIMESTAMP(3) WITH TIME ZONE  NOT NULL
);
