import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';

export function minimalEnv(
  home: string,
  bin: string,
  more: Record<string, string>,
): Record<string, string> {
  return {
    HOME: home,
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    TMPDIR: path.join(home, 'tmp'),
    OPENCLAW_SKIP_CHANNELS: '1',
    OPENCLAW_DISABLE_BONJOUR: '1', // outside a container it would announce itself on the LAN
    NO_COLOR: '1',
    npm_config_update_notifier: 'false', // 9.6 runs `npm root -g`, and npm would look for its own updates
    ...more,
  };
}

export function capture(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}

export function captureOne(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

export function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => {
      const number = code ?? 128 + (signal ? constants.signals[signal] : 0);
      // Children may hold the pipes open for ever, so 'close' gets a moment and no more.
      const timer = setTimeout(() => resolve(number), 500);
      child.once('close', () => {
        clearTimeout(timer);
        resolve(number);
      });
    });
  });
}

export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // nobody is left in it
  }
}
