-- How far apart a model's thresholds are at least, as was found inside the computation when it was activated.
ALTER TABLE activation_fact ADD COLUMN band BIGINT DEFAULT 0 NOT NULL;
