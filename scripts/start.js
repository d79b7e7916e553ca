#!/usr/bin/env node
// `npm start`: diagnose this host, or, where there is nothing to diagnose, a staged deployment.
import { start } from '../dist/src/commandline/start.js';

await start();
