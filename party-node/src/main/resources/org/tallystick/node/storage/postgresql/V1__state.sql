-- State of one node. Times are UTC. Hashes are SHA-256.

-- Programs this node has seen; approved_at is set once its operator has approved the hash.
CREATE TABLE program (
    hash        BYTEA     NOT NULL PRIMARY KEY,
    name        VARCHAR(256)   NOT NULL,
    encoding    BYTEA           NOT NULL,
    seen_at     TIMESTAMP(3) WITH TIME ZONE   NOT NULL,
    approved_at TIMESTAMP(3) WITH TIME ZONE,
    approved_by VARCHAR(200)
);

-- Models activated by the group; the document is the model file, kept by the bank alone.
CREATE TABLE activation (
    id           VARCHAR(64)   NOT NULL PRIMARY KEY,
    program_hash BYTEA    NOT NULL REFERENCES program (hash),
    model        VARCHAR(200)  NOT NULL,
    created_at   TIMESTAMP(3) WITH TIME ZONE  NOT NULL,
    document     BYTEA
);
CREATE INDEX activation_model ON activation (model, created_at);

-- This node's share vectors of an activation: every vector j but its own index.
CREATE TABLE stored_share (
    activation  VARCHAR(64)    NOT NULL REFERENCES activation (id) ON DELETE CASCADE,
    name        VARCHAR(256)   NOT NULL,
    share_index INTEGER        NOT NULL,
    vector      BYTEA           NOT NULL,
    salt        BYTEA     NOT NULL,
    commitment  BYTEA     NOT NULL,
    PRIMARY KEY (activation, name, share_index)
);

-- Each holder's signature of a share vector's commitment.
CREATE TABLE share_signature (
    activation  VARCHAR(64)    NOT NULL REFERENCES activation (id) ON DELETE CASCADE,
    name        VARCHAR(256)   NOT NULL,
    share_index INTEGER        NOT NULL,
    party       INTEGER        NOT NULL,
    commitment  BYTEA     NOT NULL,
    signature   BYTEA     NOT NULL,
    PRIMARY KEY (activation, name, share_index, party)
);

-- Proposals and nonces that must never run again.
CREATE TABLE used (
    kind VARCHAR(16)    NOT NULL,
    id   BYTEA  NOT NULL,
    at   TIMESTAMP(3) WITH TIME ZONE   NOT NULL,
    PRIMARY KEY (kind, id)
);

-- Score requests, for idempotency: a finished one answers its retries.
CREATE TABLE request (
    id         VARCHAR(128)   NOT NULL PRIMARY KEY,
    subject    VARCHAR(255)   NOT NULL,
    model      VARCHAR(600)   NOT NULL,
    status     VARCHAR(16)    NOT NULL,
    attempts   INTEGER        NOT NULL,
    answer     VARCHAR(65536),
    created_at TIMESTAMP(3) WITH TIME ZONE   NOT NULL,
    changed_at TIMESTAMP(3) WITH TIME ZONE   NOT NULL
);

CREATE TABLE job (
    id         VARCHAR(64)    NOT NULL PRIMARY KEY,
    model      VARCHAR(256)   NOT NULL,
    purpose    VARCHAR(256)    NOT NULL,
    status     VARCHAR(16)    NOT NULL,
    row_count  INTEGER        NOT NULL,
    done_count INTEGER        NOT NULL,
    failed_count INTEGER      NOT NULL,
    problem    VARCHAR(1000),
    created_at TIMESTAMP(3) WITH TIME ZONE   NOT NULL,
    changed_at TIMESTAMP(3) WITH TIME ZONE   NOT NULL
);

-- A job's rows in the order they were asked, many to a chunk: the unit of a run, of progress and of resuming.
-- Subjects and results are length-prefixed texts; results is empty until the whole chunk is done.
CREATE TABLE job_chunk (
    job       VARCHAR(64)     NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    position  INTEGER         NOT NULL,
    row_count INTEGER         NOT NULL,
    subjects  BYTEA            NOT NULL,
    results   BYTEA,
    PRIMARY KEY (job, position)
);

-- Index of the release log, which is what counts.
CREATE TABLE release (
    proposal      BYTEA     NOT NULL PRIMARY KEY,
    program       BYTEA     NOT NULL,
    row_count     INTEGER        NOT NULL,
    authorised_at TIMESTAMP(3) WITH TIME ZONE   NOT NULL,
    voided_at     TIMESTAMP(3) WITH TIME ZONE
);
CREATE INDEX release_program ON release (program);
