-- Answers that may be given again, and until when anything of them is kept: agreements say how long.
ALTER TABLE request ADD COLUMN model_digest VARCHAR(64);
ALTER TABLE request ADD COLUMN consent VARCHAR(200);
ALTER TABLE request ADD COLUMN keep_until TIMESTAMP(3) WITH TIME ZONE;
CREATE INDEX request_subject ON request (subject);
CREATE INDEX request_keep_until ON request (keep_until);

ALTER TABLE job ADD COLUMN keep_until TIMESTAMP(3) WITH TIME ZONE;
ALTER TABLE job_chunk ADD COLUMN finished_at TIMESTAMP(3) WITH TIME ZONE;
CREATE INDEX job_share_table ON job (share_table);
