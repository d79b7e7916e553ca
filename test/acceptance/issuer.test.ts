import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnose.js';
import { closedPort } from '../observe/local-servers.js';
import { resource, startProvider, type TestProvider } from '../observe/oidc-provider.js';
import { put, temporaryHome } from '../observe/store-context.js';

/** A whole diagnosis of a host whose gateway token is a JWT, beside a real OpenID provider. */
async function diagnosed(
  idp: TestProvider,
  token: string,
  expected: { issuer?: string; audience?: string },
) {
  const home = await temporaryHome();
  const auth = { mode: 'token', token };
  await put(join(home, '.openclaw', 'openclaw.json'), {
    gateway: { mode: 'local', port: await closedPort(), bind: 'loopback', auth },
  });
  await put(join(home, 'work', 'clawdoctor.json'), { issuer: idp.issuer, ...expected });
  idp.requests.length = 0;
  const { report, observations, needles } = await diagnose(
    {
      command: 'run',
      sandbox: [],
      through: 'probes',
      stopOnFail: false,
      only: ['issuer', 'audience'],
      skip: [],
      budgetMs: 10_000,
      failOn: 'fail',
      external: false,
      as: 'cli',
    },
    {
      env: { HOME: home, PATH: join(home, 'bin') },
      home,
      uid: process.getuid?.() ?? 0,
      cwd: join(home, 'work'),
      platform: 'linux',
      procRoot: undefined,
      tmpDir: join(home, 'tmp'),
      ownStateDir: join(home, 'own'),
      now: () => Date.now(),
    },
  );
  expect(needles.map((needle) => needle.value)).toContain(token);
  const written = JSON.stringify([report, observations]);
  const [head = '', claims = '', tail = ''] = token.split('.');
  for (const part of [head, claims, tail]) expect(written).not.toContain(part);
  expect(idp.requests.map((request) => request.authorization)).not.toContain(`Bearer ${token}`);
  return report;
}

const codes = (report: Awaited<ReturnType<typeof diagnosed>>) =>
  report.findings
    .filter((f) => /^(issuer|audience)\//.test(f.check))
    .map((f) => `${f.check} ${f.code}`);

describe('a gateway token that an identity provider signed', () => {
  it('for this audience: everything is proved, and nothing is said', async () => {
    const idp = await startProvider();
    const report = await diagnosed(idp, await idp.issue(), { audience: resource });
    expect(codes(report)).toEqual([
      'issuer/declared declared',
      'audience/declared declared',
      'issuer/live reachable',
      'issuer/live verified',
      'audience/live verified',
    ]);
    expect(report).toMatchObject({ exitCode: 0, incidents: [] });
  });

  it('for another audience is CLAW-107, for sure', async () => {
    const idp = await startProvider();
    const token = await idp.issue('https://other.example.com');
    const report = await diagnosed(idp, token, { audience: resource });
    expect(codes(report).slice(-1)).toEqual(['audience/live audience-differs']);
    expect(report.incidents).toMatchObject([{ code: 'CLAW-107', confidence: 'sure' }]);
    expect(report.exitCode).toBe(1);
  });

  it('of another issuer is CLAW-108, for sure when the expected one answers', async () => {
    const idp = await startProvider();
    const token = await idp.sign({ iss: 'https://old.example.com' });
    const report = await diagnosed(idp, token, {});
    expect(report.incidents).toMatchObject([{ code: 'CLAW-108', confidence: 'sure' }]);
  });

  it('before it rotated its keys is refused by whoever verifies it', async () => {
    const idp = await startProvider();
    const token = await idp.issue();
    await idp.rotate();
    const report = await diagnosed(idp, token, { audience: resource });
    expect(codes(report)).toContain('issuer/live key-unknown');
    expect(codes(report)).toContain('audience/live unproved');
    expect(report.plan.map((step) => step.id)).toContain('renew-jwt');
  });

  it('that has expired says so', async () => {
    const idp = await startProvider();
    const now = Math.floor(Date.now() / 1000);
    const report = await diagnosed(idp, await idp.sign({ exp: now - 600 }), {});
    expect(codes(report)).toContain('issuer/live expired');
  });

  it('is not followed to an issuer elsewhere: unknown, and no other exit code', async () => {
    const idp = await startProvider();
    const report = await diagnosed(idp, await idp.sign({ iss: 'https://id.example.com' }), {
      issuer: 'https://id.example.com',
    });
    expect(codes(report)).toContain('issuer/live external-not-asked');
    expect(report).toMatchObject({ exitCode: 0, closable: false });
  });
});
