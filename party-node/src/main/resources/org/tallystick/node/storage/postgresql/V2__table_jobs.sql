-- Jobs over tables of shares: one that stores a table, and one that scores it. Their subjects are with the table.
ALTER TABLE job ADD COLUMN work VARCHAR(16) DEFAULT 'SUBJECTS' NOT NULL;
ALTER TABLE job ADD COLUMN share_table VARCHAR(32);
ALTER TABLE job ADD COLUMN table_name VARCHAR(128);
ALTER TABLE job ADD COLUMN as_of DATE;
-- Of a job that scores a table: digest of the model it was begun with.
ALTER TABLE job ADD COLUMN model_digest VARCHAR(64);
