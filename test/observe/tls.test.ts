import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TlsFacts } from '../../src/model/facts-wire.js';
import { tlsObserver } from '../../src/observe/files/tls.js';
import { bare, named } from './certificates.js';
import { gateway, liveContext } from './live-context.js';
import { temporaryHome } from './store-context.js';

async function observe(tls: unknown, files: Record<string, string> = {}): Promise<TlsFacts> {
  const home = await temporaryHome();
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text, { mode: 0o600 });
  };
  await put('.openclaw/openclaw.json', JSON.stringify({ gateway: { tls } }));
  for (const [path, text] of Object.entries(files)) await put(path, text);
  const target = gateway(18789, { home, stateDir: join(home, '.openclaw') });
  const result = await tlsObserver.observe(liveContext(home, target));
  if (result.state !== 'ok') throw new Error(result.reason);
  expect(JSON.stringify(result)).not.toContain('PRIVATE KEY');
  return result.data;
}

const folder = '.openclaw/gateway/tls';

describe('gateway.tls', () => {
  it.each([undefined, null, 7, 'on', { enabled: 'yes' }, []])('is off for %j', async (tls) => {
    expect(await observe(tls)).toMatchObject({ enabled: false });
  });

  it('finds the pair that the gateway made for itself', async () => {
    const seen = await observe(
      { enabled: true },
      { [`${folder}/gateway-cert.pem`]: bare.cert, [`${folder}/gateway-key.pem`]: bare.key },
    );
    expect(seen).toMatchObject({
      enabled: true,
      autoGenerate: true,
      declared: false,
      certificate: {
        parse: 'ok',
        names: [],
        selfSigned: true,
        file: { path: `~/${folder}/gateway-cert.pem` },
      },
      key: { state: 'ok', mode: 0o600 },
    });
    expect(seen.certificate.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('reads the names and dates of a declared one, by a path with a tilde', async () => {
    const seen = await observe(
      { enabled: true, autoGenerate: false, certPath: '~/gw.pem', keyPath: '~/gw.key' },
      { 'gw.pem': named.cert },
    );
    expect(seen).toMatchObject({
      autoGenerate: false,
      declared: true,
      certificate: { parse: 'ok', names: ['gw.example.com', 'localhost', '127.0.0.1'] },
      key: { state: 'absent' },
    });
    expect(seen.certificate.notAfterMs).toBeGreaterThan(Date.UTC(2090, 0, 1));
  });

  it.each([
    ['garbage', 'hello'],
    ['nothing', ''],
    ['a key', named.key],
  ])('calls %s no certificate', async (_what, text) => {
    const seen = await observe({ enabled: true, certPath: '~/gw.pem' }, { 'gw.pem': text });
    expect(seen.certificate).toMatchObject({ parse: 'invalid', names: [] });
  });

  it('does not read what is no file', async () => {
    const seen = await observe({ enabled: true, certPath: '/dev/null', keyPath: 9 });
    expect(seen.certificate).toMatchObject({ parse: 'not-read', file: { state: 'not-a-file' } });
  });
});
