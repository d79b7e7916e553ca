import { walk } from './loop.js';
import { pairing } from './pairing.js';

walk(pairing);
