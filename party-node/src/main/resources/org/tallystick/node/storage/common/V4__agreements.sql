-- Data-use agreements: the canonical document, where it stands here, and by whom. What happened when is in the receipts.
CREATE TABLE agreement (
    hash        BYTEA          NOT NULL PRIMARY KEY,
    document    BYTEA          NOT NULL,
    state       VARCHAR(16)    NOT NULL,
    offered_by  INTEGER        NOT NULL,
    proposed_by VARCHAR(200),
    changed_by  VARCHAR(200)   NOT NULL,
    changed_at  TIMESTAMP(3) WITH TIME ZONE   NOT NULL
);

CREATE TABLE agreement_signature (
    agreement   BYTEA          NOT NULL REFERENCES agreement (hash),
    party       INTEGER        NOT NULL,
    suite       VARCHAR(16)    NOT NULL,
    public_key  BYTEA          NOT NULL,
    signature   BYTEA          NOT NULL,
    signed_at   TIMESTAMP(3) WITH TIME ZONE   NOT NULL,
    PRIMARY KEY (agreement, party)
);

-- What was found inside the computation when a model was activated.
CREATE TABLE activation_fact (
    activation  VARCHAR(64)    NOT NULL PRIMARY KEY,
    weights     INTEGER        NOT NULL
);

-- What an agency has stopped at once: a bank, a model or a column.
CREATE TABLE governance_stop (
    kind        VARCHAR(16)    NOT NULL,
    name        VARCHAR(400)   NOT NULL,
    stopped_by  VARCHAR(200)   NOT NULL,
    stopped_at  TIMESTAMP(3) WITH TIME ZONE   NOT NULL,
    PRIMARY KEY (kind, name)
);

-- Consents that were withdrawn, by their nonces, with the word of the issuer.
CREATE TABLE withdrawn_consent (
    nonce        VARCHAR(32)   NOT NULL PRIMARY KEY,
    statement    VARCHAR(400)  NOT NULL,
    withdrawn_at TIMESTAMP(3) WITH TIME ZONE   NOT NULL
);
