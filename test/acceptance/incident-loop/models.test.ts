import { walk } from './loop.js';
import { models } from './models.js';

walk(models);
