CREATE TABLE `events` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`stream` text NOT NULL,
	`stream_version` integer NOT NULL,
	`type` text NOT NULL,
	`type_version` integer NOT NULL,
	`occurred_at_ms` integer NOT NULL,
	`recorded_at_ms` integer NOT NULL,
	`actor` text NOT NULL,
	`causation_seq` integer,
	`correlation_id` text NOT NULL,
	`client_number` integer,
	`data` text NOT NULL,
	`data_hash` text NOT NULL,
	`prev_hash` text NOT NULL,
	`hash` text NOT NULL,
	CONSTRAINT "events_seq" CHECK("events"."seq" > 0),
	CONSTRAINT "events_stream_version_positive" CHECK("events"."stream_version" > 0),
	CONSTRAINT "events_times" CHECK("events"."occurred_at_ms" <= "events"."recorded_at_ms"),
	CONSTRAINT "events_causation" CHECK("events"."causation_seq" IS NULL OR "events"."causation_seq" < "events"."seq")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_stream_version` ON `events` (`stream`,`stream_version`);--> statement-breakpoint
CREATE INDEX `events_correlation` ON `events` (`correlation_id`,`seq`);--> statement-breakpoint
CREATE TABLE `projection_versions` (
	`name` text PRIMARY KEY NOT NULL,
	`version` text NOT NULL,
	`built_seq` integer NOT NULL,
	`built_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `jobs` (
	`run_id` text NOT NULL,
	`job_id` text NOT NULL,
	`position` integer NOT NULL,
	`inputs` text NOT NULL,
	`options` text NOT NULL,
	`line` integer NOT NULL,
	`state` text NOT NULL,
	`allowed_failure` integer NOT NULL,
	`attempt` integer NOT NULL,
	`exit_code` integer,
	`message` text,
	`location` text,
	`outputs` text,
	`outputs_sha256` text,
	`queued_at_ms` integer NOT NULL,
	`started_at_ms` integer,
	`finished_at_ms` integer,
	`deadline_at_ms` integer,
	`last_seq` integer NOT NULL,
	PRIMARY KEY(`run_id`, `job_id`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "jobs_state" CHECK("jobs"."state" IN ('queued', 'active', 'succeeded', 'failed', 'skipped', 'canceled')),
	CONSTRAINT "jobs_shape" CHECK(CASE "jobs"."state"
        WHEN 'queued' THEN "jobs"."started_at_ms" IS NULL AND "jobs"."finished_at_ms" IS NULL
        WHEN 'active' THEN "jobs"."started_at_ms" IS NOT NULL AND "jobs"."finished_at_ms" IS NULL
        WHEN 'skipped' THEN "jobs"."started_at_ms" IS NULL AND "jobs"."finished_at_ms" IS NOT NULL
        WHEN 'canceled' THEN "jobs"."finished_at_ms" IS NOT NULL
        ELSE "jobs"."started_at_ms" IS NOT NULL AND "jobs"."finished_at_ms" IS NOT NULL END),
	CONSTRAINT "jobs_allowed_failure" CHECK("jobs"."allowed_failure" = 0 OR "jobs"."state" = 'failed'),
	CONSTRAINT "jobs_attempt" CHECK("jobs"."attempt" = 1 OR "jobs"."started_at_ms" IS NOT NULL),
	CONSTRAINT "jobs_started" CHECK("jobs"."started_at_ms" IS NULL OR "jobs"."started_at_ms" >= "jobs"."queued_at_ms"),
	CONSTRAINT "jobs_finished" CHECK("jobs"."finished_at_ms" IS NULL OR "jobs"."finished_at_ms" >= coalesce("jobs"."started_at_ms", "jobs"."queued_at_ms"))
);
--> statement-breakpoint
CREATE INDEX `jobs_job_id` ON `jobs` (`job_id`,`run_id`);--> statement-breakpoint
CREATE TABLE `pushes` (
	`id` text PRIMARY KEY NOT NULL,
	`repo` text NOT NULL,
	`source` text NOT NULL,
	`pusher` text NOT NULL,
	`pushed_at_ms` integer NOT NULL,
	`received_at_ms` integer NOT NULL,
	`ref_count` integer NOT NULL,
	`ignored_ref_count` integer NOT NULL,
	`last_seq` integer NOT NULL,
	CONSTRAINT "pushes_source" CHECK("pushes"."source" IN ('hook', 'reconciliation')),
	CONSTRAINT "pushes_counts" CHECK("pushes"."ref_count" > 0 AND "pushes"."ignored_ref_count" BETWEEN 0 AND "pushes"."ref_count")
);
--> statement-breakpoint
CREATE INDEX `pushes_repo_id` ON `pushes` (`repo`,`id`);--> statement-breakpoint
CREATE TABLE `redactions` (
	`seq` integer PRIMARY KEY NOT NULL,
	`data_hash` text NOT NULL,
	`replacement` text NOT NULL,
	`reason` text NOT NULL,
	`actor` text NOT NULL,
	`redacted_at_ms` integer NOT NULL,
	`last_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `refs` (
	`repo` text NOT NULL,
	`ref` text NOT NULL,
	`sha` text NOT NULL,
	`push_id` text NOT NULL,
	`updated_at_ms` integer NOT NULL,
	`last_seq` integer NOT NULL,
	PRIMARY KEY(`repo`, `ref`)
);
--> statement-breakpoint
CREATE TABLE `repos` (
	`name` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`removed_at_ms` integer,
	`last_seq` integer NOT NULL,
	CONSTRAINT "repos_state" CHECK("repos"."state" IN ('present', 'removed')),
	CONSTRAINT "repos_shape" CHECK(("repos"."state" = 'removed') = ("repos"."removed_at_ms" IS NOT NULL))
);
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
	`acknowledged` integer NOT NULL,
	`event_count` integer NOT NULL,
	`correlation_id` text NOT NULL,
	`transition_seq` integer NOT NULL,
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
	CONSTRAINT "runs_acknowledged" CHECK("runs"."acknowledged" = 0 OR "runs"."started_at_ms" IS NOT NULL),
	CONSTRAINT "runs_started_claimed" CHECK("runs"."started_at_ms" IS NULL OR "runs"."claimed_at_ms" IS NOT NULL),
	CONSTRAINT "runs_finished" CHECK("runs"."finished_at_ms" IS NULL OR "runs"."finished_at_ms" >= coalesce("runs"."started_at_ms", "runs"."queued_at_ms")),
	CONSTRAINT "runs_claimed" CHECK(("runs"."claimed_at_ms" IS NULL) = ("runs"."owner_pid" IS NULL) AND ("runs"."claimed_at_ms" IS NULL) = ("runs"."token_hash" IS NULL))
);
--> statement-breakpoint
CREATE INDEX `runs_repo_id` ON `runs` (`repo`,`id`);--> statement-breakpoint
CREATE INDEX `runs_repo_ref_id` ON `runs` (`repo`,`ref`,`id`);--> statement-breakpoint
CREATE INDEX `runs_state_id` ON `runs` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `runs_repo_claimed` ON `runs` (`repo`,`claimed_at_ms`);--> statement-breakpoint
CREATE TABLE `sh` (
	`run_id` text NOT NULL,
	`job_id` text NOT NULL,
	`n` integer NOT NULL,
	`state` text NOT NULL,
	`cmd` text NOT NULL,
	`cwd` text NOT NULL,
	`location` text,
	`exit_code` integer,
	`signal` text,
	`timed_out` integer NOT NULL,
	`message` text,
	`stdout_bytes` integer,
	`stderr_bytes` integer,
	`log_bytes` integer,
	`log_sha256` text,
	`log_truncated` integer NOT NULL,
	`started_at_ms` integer NOT NULL,
	`finished_at_ms` integer,
	`deadline_at_ms` integer,
	`last_seq` integer NOT NULL,
	PRIMARY KEY(`run_id`, `job_id`, `n`),
	FOREIGN KEY (`run_id`,`job_id`) REFERENCES `jobs`(`run_id`,`job_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sh_state" CHECK("sh"."state" IN ('active', 'exited', 'interrupted')),
	CONSTRAINT "sh_shape" CHECK(CASE "sh"."state"
        WHEN 'active' THEN "sh"."finished_at_ms" IS NULL AND "sh"."exit_code" IS NULL AND "sh"."signal" IS NULL
        WHEN 'exited' THEN "sh"."finished_at_ms" IS NOT NULL AND ("sh"."exit_code" IS NULL) <> ("sh"."signal" IS NULL)
        ELSE "sh"."finished_at_ms" IS NOT NULL AND "sh"."exit_code" IS NULL END),
	CONSTRAINT "sh_finished" CHECK("sh"."finished_at_ms" IS NULL OR "sh"."finished_at_ms" >= "sh"."started_at_ms"),
	CONSTRAINT "sh_n" CHECK("sh"."n" > 0)
);
