import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { LabLine } from './servers/line.js';

/** What the lab's `openclaw` and `nemoclaw` ask of whoever staged the deployment. */
export type ControlRequest =
  | {
      op: 'gateway';
      action: 'start' | 'stop' | 'restart';
      stateDir: string;
      /** Who starts it, as the process is told. */
      by?: 'systemd';
    }
  | { op: 'gateway'; action: 'install'; stateDir: string; line: LabLine; port: number }
  | { op: 'proxy'; action: 'restart'; home: string };

export interface ControlAnswer {
  ok: boolean;
  message: string;
}

const maxRequest = 4096;

/** The deployment's stand-in for a service manager: one JSON line in, one out. */
export function serveControl(
  socket: string,
  handle: (request: ControlRequest) => Promise<ControlAnswer>,
): Promise<Server> {
  const server = createServer((client) => {
    let text = '';
    let asked = false;
    client.on('error', () => client.destroy());
    client.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.length > maxRequest) client.destroy();
      if (asked || !text.includes('\n')) return;
      asked = true;
      void answer(text, handle)
        .catch((error: unknown) => ({ ok: false, message: String(error) }))
        .then((reply) => client.end(`${JSON.stringify(reply)}\n`));
    });
  });
  server.unref();
  rmSync(socket, { force: true });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, () => resolve(server));
  });
}

async function answer(
  text: string,
  handle: (request: ControlRequest) => Promise<ControlAnswer>,
): Promise<ControlAnswer> {
  return handle(JSON.parse(text) as ControlRequest);
}
