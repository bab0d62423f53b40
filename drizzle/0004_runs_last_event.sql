-- The counters that every event of a job moved are gone from the run's row: the stream itself has them. The table
-- is dropped and folded again from the events; nothing is copied.
DROP TABLE `runs`;
--> statement-breakpoint
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
	`repo` text NOT NULL,
	`ref` text NOT NULL,
	`sha` text NOT NULL,
	`previous_sha` text,
	`push_id` text NOT NULL,
	`pusher` text NOT NULL,
	`pushed_at_ms` integer NOT NULL,
	`subject` text,
	`author` text,
	`attempt` integer NOT NULL,
	`rerun_of` text,
	`state` text NOT NULL,
	`failure_kind` text,
	`message` text,
	`diagnostics` text,
	`queued_at_ms` integer NOT NULL,
	`claimed_at_ms` integer,
	`started_at_ms` integer,
	`finished_at_ms` integer,
	`deadline_at_ms` integer,
	`launcher` text,
	`owner_boot_id` text,
	`owner_pid` integer,
	`owner_start_time` integer,
	`token_hash` text,
	`cancel_requested_at_ms` integer,
	`cancel_reason` text,
	`cancel_by` text,
	`cancel_forced` integer NOT NULL,
	`superseded_by` text,
	`max_parallel_jobs` integer,
	`source_sha256` text,
	`correlation_id` text NOT NULL,
	`last_seq` integer NOT NULL,
	CONSTRAINT "runs_state" CHECK("runs"."state" IN ('queued', 'active', 'succeeded', 'failed', 'canceled', 'superseded')),
	CONSTRAINT "runs_shape" CHECK(CASE "runs"."state"
        WHEN 'queued' THEN "runs"."started_at_ms" IS NULL AND "runs"."finished_at_ms" IS NULL
        WHEN 'active' THEN "runs"."started_at_ms" IS NOT NULL AND "runs"."finished_at_ms" IS NULL
        WHEN 'succeeded' THEN "runs"."started_at_ms" IS NOT NULL AND "runs"."finished_at_ms" IS NOT NULL
        ELSE "runs"."finished_at_ms" IS NOT NULL END),
	CONSTRAINT "runs_failure_kind" CHECK(("runs"."state" = 'failed') = ("runs"."failure_kind" IS NOT NULL)),
	CONSTRAINT "runs_superseded_by" CHECK("runs"."state" <> 'superseded' OR "runs"."superseded_by" IS NOT NULL),
	CONSTRAINT "runs_started" CHECK("runs"."started_at_ms" IS NULL OR "runs"."started_at_ms" >= "runs"."queued_at_ms"),
	CONSTRAINT "runs_cancel_requested" CHECK("runs"."cancel_requested_at_ms" IS NULL OR "runs"."started_at_ms" IS NOT NULL),
	CONSTRAINT "runs_started_claimed" CHECK("runs"."started_at_ms" IS NULL OR "runs"."claimed_at_ms" IS NOT NULL),
	CONSTRAINT "runs_finished" CHECK("runs"."finished_at_ms" IS NULL OR "runs"."finished_at_ms" >= coalesce("runs"."started_at_ms", "runs"."queued_at_ms")),
	CONSTRAINT "runs_claimed" CHECK(("runs"."claimed_at_ms" IS NULL) = ("runs"."owner_pid" IS NULL) AND ("runs"."claimed_at_ms" IS NULL) = ("runs"."token_hash" IS NULL))
);
--> statement-breakpoint
CREATE INDEX `runs_repo_id` ON `runs` (`repo`,`id`);
--> statement-breakpoint
CREATE INDEX `runs_repo_ref_id` ON `runs` (`repo`,`ref`,`id`);
--> statement-breakpoint
CREATE INDEX `runs_state_id` ON `runs` (`state`,`id`);
--> statement-breakpoint
CREATE INDEX `runs_repo_claimed` ON `runs` (`repo`,`claimed_at_ms`);
--> statement-breakpoint
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
