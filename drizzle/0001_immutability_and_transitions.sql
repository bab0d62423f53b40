-- The events table is append-only. INSERT OR REPLACE is refused too, because the store opens every connection
-- with recursive_triggers=ON, under which REPLACE fires the DELETE trigger; a trigger of its own refuses it
-- for other connections.
-- One door is left open, and only as wide as an event.redacted has made it: the data of an event may be changed
-- to the replacement that such an event holds, nothing else of it and to nothing else.
CREATE TRIGGER `events_no_update` BEFORE UPDATE ON `events`
WHEN NOT (
	NEW.seq IS OLD.seq AND NEW.id IS OLD.id AND NEW.stream IS OLD.stream
	AND NEW.stream_version IS OLD.stream_version AND NEW.type IS OLD.type AND NEW.type_version IS OLD.type_version
	AND NEW.occurred_at_ms IS OLD.occurred_at_ms AND NEW.recorded_at_ms IS OLD.recorded_at_ms
	AND NEW.actor IS OLD.actor AND NEW.causation_seq IS OLD.causation_seq
	AND NEW.correlation_id IS OLD.correlation_id AND NEW.client_number IS OLD.client_number
	AND NEW.data_hash IS OLD.data_hash AND NEW.prev_hash IS OLD.prev_hash AND NEW.hash IS OLD.hash
	AND EXISTS (SELECT 1 FROM redactions WHERE seq = OLD.seq AND replacement = NEW.data))
BEGIN
	SELECT RAISE(ABORT, 'events are immutable: UPDATE refused');
END;
--> statement-breakpoint
CREATE TRIGGER `events_no_delete` BEFORE DELETE ON `events`
BEGIN
	SELECT RAISE(ABORT, 'events are immutable: DELETE refused');
END;
--> statement-breakpoint
CREATE TRIGGER `events_append_only` BEFORE INSERT ON `events`
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM events)
BEGIN
	SELECT RAISE(ABORT, 'events are append-only: seq must be the highest one plus 1');
END;
--> statement-breakpoint
CREATE TRIGGER `events_client_number_rises` BEFORE INSERT ON `events`
WHEN NEW.client_number <= (SELECT client_number FROM events
	WHERE stream = NEW.stream AND client_number IS NOT NULL ORDER BY stream_version DESC LIMIT 1)
BEGIN
	SELECT RAISE(ABORT, 'events are append-only: client_number must rise within the stream');
END;
--> statement-breakpoint
CREATE TRIGGER `events_stream_gapless` BEFORE INSERT ON `events`
WHEN NEW.stream_version <> (SELECT coalesce(max(stream_version), 0) + 1 FROM events WHERE stream = NEW.stream)
BEGIN
	SELECT RAISE(ABORT, 'events are append-only: stream_version must be the highest one of the stream plus 1');
END;
--> statement-breakpoint
-- State machines. One append may take a row through several states and writes it once, so each trigger allows
-- what can be reached over legal transitions; the shape checks of the tables refuse a state whose times say
-- that a step was left out. test/lifecycle holds these lists against src/lifecycle/transitions.ts.
CREATE TRIGGER `runs_terminal` BEFORE UPDATE ON `runs`
WHEN OLD.state IN ('succeeded', 'failed', 'canceled', 'superseded')
BEGIN
	SELECT RAISE(ABORT, 'illegal transition: the run has ended');
END;
--> statement-breakpoint
CREATE TRIGGER `runs_transition` BEFORE UPDATE OF `state` ON `runs`
WHEN OLD.state = 'active' AND NEW.state = 'queued'
BEGIN
	SELECT RAISE(ABORT, 'illegal transition: run active to queued');
END;
--> statement-breakpoint
CREATE TRIGGER `runs_times_once` BEFORE UPDATE ON `runs`
WHEN (OLD.started_at_ms IS NOT NULL AND NEW.started_at_ms IS NOT OLD.started_at_ms)
	OR NEW.queued_at_ms IS NOT OLD.queued_at_ms
	OR NEW.id IS NOT OLD.id OR NEW.repo IS NOT OLD.repo OR NEW.ref IS NOT OLD.ref OR NEW.sha IS NOT OLD.sha
BEGIN
	SELECT RAISE(ABORT, 'illegal change: identity and times of a run are written once');
END;
--> statement-breakpoint
CREATE TRIGGER `runs_claimed_before_start` BEFORE UPDATE ON `runs`
WHEN OLD.started_at_ms IS NOT NULL
	AND (NEW.claimed_at_ms IS NOT OLD.claimed_at_ms OR NEW.token_hash IS NOT OLD.token_hash)
BEGIN
	SELECT RAISE(ABORT, 'illegal change: a run is claimed before it starts');
END;
--> statement-breakpoint
CREATE TRIGGER `runs_adopted_after_start` BEFORE UPDATE ON `runs`
WHEN NEW.started_at_ms IS NULL AND OLD.owner_pid IS NOT NULL AND NEW.token_hash IS OLD.token_hash
	AND (NEW.owner_pid IS NOT OLD.owner_pid OR NEW.owner_start_time IS NOT OLD.owner_start_time
		OR NEW.owner_boot_id IS NOT OLD.owner_boot_id)
BEGIN
	SELECT RAISE(ABORT, 'illegal change: only an active run changes its owner');
END;
--> statement-breakpoint
CREATE TRIGGER `runs_closed` BEFORE UPDATE OF `state` ON `runs`
WHEN NEW.state IN ('succeeded', 'failed', 'canceled', 'superseded') AND (
	EXISTS (SELECT 1 FROM jobs WHERE run_id = NEW.id AND state IN ('queued', 'active'))
	OR EXISTS (SELECT 1 FROM sh WHERE run_id = NEW.id AND state = 'active'))
BEGIN
	SELECT RAISE(ABORT, 'illegal transition: the run still has open jobs or commands');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_terminal` BEFORE UPDATE ON `jobs`
WHEN OLD.state IN ('succeeded', 'failed', 'skipped', 'canceled')
BEGIN
	SELECT RAISE(ABORT, 'illegal transition: the job has ended');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_transition` BEFORE UPDATE OF `state` ON `jobs`
WHEN OLD.state = 'active' AND NEW.state IN ('queued', 'skipped')
BEGIN
	SELECT RAISE(ABORT, 'illegal transition: an active job may only succeed, fail or be canceled');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_times_once` BEFORE UPDATE ON `jobs`
WHEN (OLD.started_at_ms IS NOT NULL AND NEW.started_at_ms IS NOT OLD.started_at_ms)
	OR NEW.queued_at_ms IS NOT OLD.queued_at_ms
	OR NEW.run_id IS NOT OLD.run_id OR NEW.job_id IS NOT OLD.job_id
BEGIN
	SELECT RAISE(ABORT, 'illegal change: identity and times of a job are written once');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_of_active_runs` BEFORE INSERT ON `jobs`
WHEN NEW.state IN ('queued', 'active')
	AND (SELECT state FROM runs WHERE id = NEW.run_id) IS NOT 'active'
BEGIN
	SELECT RAISE(ABORT, 'illegal transition: only an active run has open jobs');
END;
--> statement-breakpoint
CREATE TRIGGER `sh_terminal` BEFORE UPDATE ON `sh`
WHEN OLD.state IN ('exited', 'interrupted')
BEGIN
	SELECT RAISE(ABORT, 'illegal transition: the command has ended');
END;
--> statement-breakpoint
CREATE TRIGGER `sh_times_once` BEFORE UPDATE ON `sh`
WHEN NEW.started_at_ms IS NOT OLD.started_at_ms
	OR NEW.run_id IS NOT OLD.run_id OR NEW.job_id IS NOT OLD.job_id OR NEW.n IS NOT OLD.n
BEGIN
	SELECT RAISE(ABORT, 'illegal change: identity and times of a command are written once');
END;
--> statement-breakpoint
CREATE TRIGGER `sh_of_active_jobs` BEFORE INSERT ON `sh`
WHEN NEW.state = 'active'
	AND ((SELECT state FROM jobs WHERE run_id = NEW.run_id AND job_id = NEW.job_id) IS NOT 'active'
		OR (SELECT state FROM runs WHERE id = NEW.run_id) IS NOT 'active')
BEGIN
	SELECT RAISE(ABORT, 'illegal transition: only an active job has open commands');
END;
