import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archivedRun, finished, runClawdoctor } from './harness/clawdoctor.js';
import { configFor } from './harness/config.js';
import { cleanUp, startGateway } from './harness/gateway.js';
import { freePort, makeHome } from './harness/home.js';
import { ensureNode, type OpenClawLine } from './harness/install.js';

const judge = fileURLToPath(new URL('harness/judge-again.js', import.meta.url));
const offline = fileURLToPath(new URL('harness/offline.cjs', import.meta.url));

const elsewhere = [
  { name: 'this Node', node: async () => process.execPath, TZ: 'Asia/Kolkata' },
  { name: 'Node 22', node: () => ensureNode('22'), TZ: 'Pacific/Chatham' },
  { name: 'Node 24', node: () => ensureNode('24'), TZ: 'America/St_Johns' },
] as const;

describe('a run with findings, judged again elsewhere', () => {
  const line: OpenClawLine = '2026.5.18';
  let archive: string;
  let printed: string;

  beforeAll(async () => {
    const [home, port] = [await makeHome(), await freePort()];
    const secret = () => randomBytes(24).toString('hex');
    const config = configFor({ line, port, mode: 'token', token: secret() });
    await startGateway({ line, home, port, config, args: ['--token', secret()] });
    const diagnosed = await runClawdoctor({
      line,
      home,
      env: { OPENCLAW_GATEWAY_TOKEN: secret() },
    });
    expect(diagnosed.exitCode).toBe(1);
    printed = diagnosed.stdout;
    archive = await archivedRun(diagnosed.stateHome);
  });
  afterAll(cleanUp);

  it('was archived as it was printed', async () => {
    expect(await readFile(path.join(archive, 'report.json'), 'utf8')).toBe(printed);
  });

  it.each(elsewhere)(
    'gives the same bytes on $name in $TZ, without a network',
    async ({ node, TZ }) => {
      const env = {
        TZ,
        LANG: 'tr_TR.UTF-8',
        LC_ALL: 'tr_TR.UTF-8',
        HOME: '/nonexistent',
        PATH: '',
      };
      const argv = [`--require=${offline}`, judge, archive];
      const again = await finished(await node(), argv, { env, cwd: '/' });
      expect(
        again.stderr.replace(/^.*(ExperimentalWarning|--trace-warnings).*$/gm, '').trim(),
      ).toBe('');
      expect(again.code).toBe(0);
      expect(again.stdout).toBe(printed);
    },
  );

  it('cannot reach anything there', async () => {
    const tries = [
      "require('node:net').connect(40000, '127.0.0.1')",
      "require('node:http').get('http://127.0.0.1:40000')",
      "fetch('http://127.0.0.1:40000').catch((e) => { throw e.cause ?? e })",
      "require('node:dns').lookup('localhost', () => {})",
      "require('node:dgram').createSocket('udp4')",
    ];
    for (const code of tries) {
      const argv = [`--require=${offline}`, '-e', code];
      const tried = await finished(process.execPath, argv, { env: {}, cwd: '/' });
      expect(tried.stderr, code).toContain('no network in a replay');
    }
  });

  it('tells a changed observation', async () => {
    const copy = await makeHome();
    for (const name of ['doctor.json', 'status.json', 'probes.json']) {
      const text = await readFile(path.join(archive, name), 'utf8');
      const changed = text.replaceAll('"refused"', '"accepted"');
      await writeFile(path.join(copy, name), changed);
    }
    const env = { PATH: '' };
    const argv = [`--require=${offline}`, judge, copy];
    const again = await finished(process.execPath, argv, { env, cwd: '/' });
    expect(again.code).toBe(0);
    expect(again.stdout).not.toBe(printed);
  });
});
