import type { FolderMeter } from '../disk/folder-meter.js';
import type { LogStore } from '../log/log-store.js';
import { createLogSearcher } from '../log/search.js';
import type { WebOptions } from '../options.js';
import type { Page } from '../page.js';
import { comparePage } from './compare.js';
import { eventPage } from './event.js';
import { homePage } from './home.js';
import { jobPage } from './job.js';
import { logPage } from './log.js';
import { operationsPage } from './operations.js';
import { pipelinePage } from './pipeline.js';
import { runPage } from './run.js';
import { runTimelinePage } from './run-timeline.js';
import { repoPage, runsPage } from './runs.js';
import { statisticsPage } from './statistics.js';
import { timelinePage } from './timeline.js';

/** Every page there is. */
export const createPages = (options: WebOptions, logs: LogStore, meter: FolderMeter): readonly Page[] => {
  const searcher = createLogSearcher();
  return [
    homePage(options),
    runsPage,
    repoPage,
    runPage(logs),
    jobPage(logs),
    logPage(logs, searcher),
    runTimelinePage,
    timelinePage,
    eventPage,
    statisticsPage(options),
    operationsPage(meter),
    comparePage,
    pipelinePage(options),
  ];
};
