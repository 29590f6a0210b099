-- What administrators ask for stays cheap beside a million ended jobs and batches: the jobs of a batch, the batches of a
-- repository or in a phase, and, before a repository is removed, the jobs that were never queued.

CREATE INDEX job_of_batch ON job (batch_id, seq) WHERE batch_id IS NOT NULL;
CREATE INDEX job_created ON job (created_at) WHERE state = 'CREATED';
CREATE INDEX batch_of_repository ON batch (repository, created_at DESC, id DESC);
CREATE INDEX batch_of_phase ON batch (phase, created_at DESC, id DESC);
