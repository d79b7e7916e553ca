#!/usr/bin/env node
// Draws docs/terminal.svg from real output: what `clawdoctor lab run` prints, colours included.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svgOf } from './picture-svg.js';

const scenario = process.argv[2] ?? 'ollama-proxy-token-divergence';
const root = fileURLToPath(new URL('..', import.meta.url));
// A state directory of its own: the picture is of the report, not of what earlier runs remember.
const state = mkdtempSync(join(tmpdir(), 'clawdoctor-picture-'));
try {
  const output = outputOf([join(root, 'bin/run.js'), 'lab', 'run', scenario, '--no-evidence']);
  const file = new URL('../docs/terminal.svg', import.meta.url);
  const svg = svgOf(`$ clawdoctor lab run ${scenario}\n\n${output}`);
  if (svg !== readOr(file)) writeFileSync(file, svg);
} finally {
  rmSync(state, { recursive: true, force: true });
}

function outputOf(argv) {
  const env = {
    ...process.env,
    COLUMNS: '72',
    FORCE_COLOR: '1',
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '',
    TERM: 'xterm-256color',
    XDG_STATE_HOME: state,
  };
  try {
    return execFileSync(process.execPath, argv, { env, encoding: 'utf8' });
  } catch (error) {
    // Exit 1 is a diagnosis too: the lab has a planted fault.
    if (error.status === 1) return error.stdout;
    throw error;
  }
}

function readOr(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
