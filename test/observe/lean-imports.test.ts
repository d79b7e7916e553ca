import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const built = fileURLToPath(new URL('../../dist/src/observe/', import.meta.url));

/** Runs a module in a Node of its own, and gives the files and built-ins that it has loaded. */
async function loadedBy(code: string): Promise<{ said: unknown; loaded: string[] }> {
  const script = `
    const { createRequire } = await import('node:module');
    const said = await (async () => { ${code} })();
    const { cache } = createRequire(import.meta.url);
    console.log(JSON.stringify({ said, loaded: [...Object.keys(cache), ...process.moduleLoadList] }));
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    script,
  ]);
  return JSON.parse(stdout) as { said: unknown; loaded: string[] };
}

const whole = [
  '/undici/index.js',
  'internal/deps/undici/undici',
  '/systeminformation/lib/index.js',
];
const wholeOf = (loaded: readonly string[]): string[] =>
  whole.filter((end) => loaded.some((name) => name.endsWith(end)));

test('a request brings undici’s client alone, and works', async () => {
  const server = createServer((_, answer) => answer.end('{"ok":true}')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const { said, loaded } = await loadedBy(`
      const { send } = await import(${JSON.stringify(`${built}wire/http-request.js`)});
      const reply = await send({ origin: 'http://127.0.0.1:${port}', host: '127.0.0.1', method: 'GET',
        path: '/', options: {}, signal: AbortSignal.timeout(5000) });
      return [reply.ok, reply.status, reply.body];`);
    expect(said).toEqual([true, 200, '{"ok":true}']);
    expect(loaded.some((name) => name.endsWith('/undici/lib/dispatcher/client.js'))).toBe(true);
    expect(wholeOf(loaded)).toEqual([]);
  } finally {
    server.close();
  }
});

test('a socket does not bring the fetch of Node', async () => {
  const { said, loaded } = await loadedBy(`
    const { GatewaySocket } = await import(${JSON.stringify(`${built}wire/gateway-socket.js`)});
    const socket = await GatewaySocket.open('ws://127.0.0.1:1', '127.0.0.1', AbortSignal.timeout(5000));
    return await socket.next(() => true, 3000);`);
  expect(said).toEqual({ end: 'refused' });
  expect(loaded.some((name) => name.endsWith('/ws/lib/websocket.js'))).toBe(true);
  expect(wholeOf(loaded)).toEqual([]);
});

test('the memory figures bring one module of their library', async () => {
  const { said, loaded } = await loadedBy(`
    const { makePressureObserver } = await import(${JSON.stringify(`${built}host/pressure.js`)});
    const result = await makePressureObserver('/nonexistent', '/nonexistent').observe({
      host: {}, facts: { all: () => [] } });
    return [result.state, result.data.totalBytes > 0];`);
  expect(said).toEqual(['ok', true]);
  expect(loaded.some((name) => name.endsWith('/systeminformation/lib/memory.js'))).toBe(true);
  expect(wholeOf(loaded)).toEqual([]);
});

test('the control: what is looked for is found where the whole is loaded', async () => {
  const { loaded } = await loadedBy(`await import('undici'); await import('systeminformation');`);
  expect(wholeOf(loaded)).toContain('/undici/index.js');
  expect(wholeOf(loaded)).toContain('/systeminformation/lib/index.js');
});
