import { load } from './load.js';
import { walk } from './loop.js';

walk(load);
