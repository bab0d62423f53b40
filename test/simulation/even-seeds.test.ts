import './replacements.js';
import { playSchedules } from './play-schedules.js';

playSchedules(0, 2);
