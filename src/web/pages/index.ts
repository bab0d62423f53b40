import { createLogStore } from '../log/log-store.js';
import type { WebOptions } from '../options.js';
import type { Page } from '../page.js';
import { eventPage } from './event.js';
import { homePage } from './home.js';
import { jobPage } from './job.js';
import { logPage } from './log.js';
import { runTimelinePage } from './run-timeline.js';
import { runPage } from './run.js';
import { repoPage, runsPage } from './runs.js';
import { timelinePage } from './timeline.js';

/** Every page there is. */
export const createPages = (options: WebOptions): readonly Page[] => {
  const logs = createLogStore();
  return [
    homePage(options),
    runsPage,
    repoPage,
    runPage(logs),
    jobPage(logs),
    logPage(logs),
    runTimelinePage,
    timelinePage,
    eventPage,
  ];
};
