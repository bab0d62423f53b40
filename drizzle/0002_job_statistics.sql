CREATE TABLE `job_outcomes` (
	`repo` text NOT NULL,
	`job_id` text NOT NULL,
	`sha` text NOT NULL,
	`succeeded` integer NOT NULL,
	`failed` integer NOT NULL,
	`last_seq` integer NOT NULL,
	PRIMARY KEY(`repo`, `job_id`, `sha`)
);
--> statement-breakpoint
CREATE TABLE `job_statistics` (
	`repo` text NOT NULL,
	`job_id` text NOT NULL,
	`runs` integer NOT NULL,
	`succeeded` integer NOT NULL,
	`failed` integer NOT NULL,
	`retried` integer NOT NULL,
	`flaky_commits` integer NOT NULL,
	`median_ms` integer,
	`p95_ms` integer,
	`total_ms` integer NOT NULL,
	`durations` text NOT NULL,
	`last_run_id` text NOT NULL,
	`last_finished_at_ms` integer,
	`last_seq` integer NOT NULL,
	PRIMARY KEY(`repo`, `job_id`)
);
--> statement-breakpoint
CREATE INDEX `job_statistics_flaky` ON `job_statistics` (`flaky_commits`);