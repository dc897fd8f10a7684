-- Migrations in this folder run on H2 and on PostgreSQL alike: VARCHAR, INTEGER, BIGINT, BOOLEAN, BYTEA, TIMESTAMP.
-- Who may use this node. Roles are names with commas between them; hashes are SHA-256 in hexadecimal.

-- People with a password here. Names are never given again, so nobody is ever deleted.
CREATE TABLE account (
    name         VARCHAR(64)   NOT NULL PRIMARY KEY,
    roles        VARCHAR(200)  NOT NULL,
    password     VARCHAR(200)  NOT NULL,
    provisional  BOOLEAN       NOT NULL,
    enabled      BOOLEAN       NOT NULL,
    failures     INTEGER       NOT NULL,
    paused_until TIMESTAMP(3) WITH TIME ZONE,
    created_at   TIMESTAMP(3) WITH TIME ZONE  NOT NULL,
    created_by   VARCHAR(200)  NOT NULL
);

-- Keys of systems; a revoked one stays on record.
CREATE TABLE api_key (
    label       VARCHAR(64)    NOT NULL PRIMARY KEY,
    secret_hash VARCHAR(64)    NOT NULL UNIQUE,
    role        VARCHAR(32)    NOT NULL,
    created_at  TIMESTAMP(3) WITH TIME ZONE   NOT NULL,
    created_by  VARCHAR(200)   NOT NULL,
    expires_at  TIMESTAMP(3) WITH TIME ZONE   NOT NULL,
    revoked_at  TIMESTAMP(3) WITH TIME ZONE
);

-- Log-ins. Roles are kept only of people who have no account here.
CREATE TABLE login_session (
    token_hash   VARCHAR(64)   NOT NULL PRIMARY KEY,
    name         VARCHAR(200)  NOT NULL,
    roles        VARCHAR(200),
    cookie       BOOLEAN       NOT NULL,
    last_used_at TIMESTAMP(3) WITH TIME ZONE  NOT NULL,
    expires_at   TIMESTAMP(3) WITH TIME ZONE  NOT NULL
);
