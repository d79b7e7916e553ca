import { spawn } from 'node:child_process';
import { ensureOpenClaw, type OpenClawLine } from './install.js';
import { captureOne, exitOf, killGroup, minimalEnv } from './processes.js';

export interface CliOptions {
  line: OpenClawLine;
  home: string;
  args: string[];
  env?: Record<string, string>;
  timeoutMs?: number;
}

/** Runs the CLI of that version in that HOME. */
export async function openclawCli(
  options: CliOptions,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { line, home, args, env = {}, timeoutMs = 90_000 } = options;
  const { node, entry, bin } = await ensureOpenClaw(line);
  const child = spawn(node, [entry, ...args], {
    cwd: home,
    env: minimalEnv(home, bin, env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [captureOne(child.stdout), captureOne(child.stderr)];
  const timer = setTimeout(() => child.pid !== undefined && killGroup(child.pid), timeoutMs);
  const code = await exitOf(child).finally(() => clearTimeout(timer));
  if (child.pid !== undefined) killGroup(child.pid);
  return { code, stdout: stdout(), stderr: stderr() };
}
