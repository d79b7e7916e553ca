import { walk } from './loop.js';
import { reach } from './reach.js';

walk(reach);
