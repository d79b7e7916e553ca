#!/usr/bin/env node
// Writes docs/checks.md, docs/incidents.md and docs/handshake-codes.md; `--check` fails when one is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { checkEntries, incidentEntries, refusalEntries } from '../dist/src/commandline/registry.js';
import { checksMarkdown, incidentsMarkdown, refusalsMarkdown } from '../dist/src/render/docs.js';

const pages = {
  'checks.md': checksMarkdown(checkEntries),
  'incidents.md': incidentsMarkdown(incidentEntries),
  'handshake-codes.md': refusalsMarkdown(refusalEntries),
};

for (const [name, text] of Object.entries(pages)) {
  const file = new URL(`../docs/${name}`, import.meta.url);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readOr(file) !== text) {
    console.error(`docs/${name} is stale: run "npm run docs"`);
    process.exitCode = 1;
  }
}

function readOr(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
