import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { listenersObserver } from '../../src/observe/host/listeners.js';
import { decodeAddress, parseListening } from '../../src/observe/host/proc-net.js';
import { gateway, liveContext } from './live-context.js';
import { serve } from './local-servers.js';
import { temporaryHome } from './store-context.js';

describe('decodeAddress', () => {
  it.each([
    ['0100007F', '127.0.0.1'],
    ['00000000', '0.0.0.0'],
    ['0A01A8C0', '192.168.1.10'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000001000000', '::1'],
    ['0000000000000000FFFF00000100007F', '127.0.0.1'],
    ['B80D01200000000000000000010000AB', '2001:db8::ab00:1'],
  ])('%s is %s', (hex, address) => {
    expect(decodeAddress(hex)).toBe(address);
  });

  it.each(['', '0100007', 'GG00007F', '0100007F00'])('%j is no address', (hex) => {
    expect(decodeAddress(hex)).toBeUndefined();
  });
});

describe('parseListening', () => {
  const row = (state: string): string =>
    `   0: 0100007F:4965 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 23989 1 x`;

  it('takes rows in state LISTEN and passes over the rest', () => {
    const text = `  sl  local_address rem_address\n${row('0A')}\n${row('01')}\ngarbage\n\n`;
    expect(parseListening(text)).toEqual([
      { address: '127.0.0.1', port: 18789, uid: 1000, inode: '23989' },
    ]);
  });
});

describe('host.listeners', () => {
  it('names the process that owns a listening socket', async () => {
    const port = await serve((_request, response) => response.end());
    const context = liveContext(await temporaryHome(), gateway(port));
    const result = await listenersObserver.observe(context);
    expect(result).toMatchObject({
      state: 'ok',
      data: {
        ownersKnown: true,
        listeners: [{ address: '127.0.0.1', port, pid: process.pid, uid: process.getuid?.() }],
      },
    });
  });

  it('looks at port+2, too, and at no other port', async () => {
    const port = await serve((_request, response) => response.end());
    const home = await temporaryHome();
    const plusTwo = await listenersObserver.observe(liveContext(home, gateway(port - 2)));
    const other = await listenersObserver.observe(liveContext(home, gateway(port - 1)));
    expect(plusTwo).toMatchObject({ data: { listeners: [{ port }] } });
    expect(other).toMatchObject({ state: 'ok', data: { listeners: [] } });
  });

  it('says that an owner is hidden when its descriptors are', async () => {
    const home = await temporaryHome();
    const procRoot = `${home}/proc`;
    await mkdir(`${procRoot}/net`, { recursive: true });
    const text =
      'sl\n 0: 0100007F:4965 0:0 0A 0:0 0:0 0 1001 0 23989 1\n 1: 0100007F:0016 0:0 0A 0:0 0:0 0 0 0 1 1\n';
    await writeFile(`${procRoot}/net/tcp`, text);
    const context = liveContext(home, gateway(18789));
    const result = await listenersObserver.observe({
      ...context,
      host: { ...context.host, procRoot },
    });
    expect(result).toMatchObject({
      data: { ownersKnown: false, listeners: [{ address: '127.0.0.1', port: 18789, uid: 1001 }] },
    });
    expect(JSON.stringify(result)).not.toContain('"pid"');
  });

  it('is unsupported without /proc', async () => {
    const context = liveContext(await temporaryHome(), gateway(18789));
    const host = { ...context.host, procRoot: undefined };
    expect(await listenersObserver.observe({ ...context, host })).toMatchObject({
      state: 'unsupported',
    });
  });
});
