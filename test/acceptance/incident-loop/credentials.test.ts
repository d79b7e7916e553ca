import { credentials } from './credentials.js';
import { walk } from './loop.js';

walk(credentials);
