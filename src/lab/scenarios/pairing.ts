import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { put, putPairedCli, putPending } from '../place.js';
import { family } from '../scenario.js';
import { makeIdentity } from '../servers/identity.js';
import { readObject } from '../servers/json.js';
import { visit } from '../visitor.js';
import { dayMs, localGateway, usedCli } from './parts.js';

const of = family('Pairing and scopes');
const minuteMs = 60_000;

export const pairing = [
  of(
    'cli-needs-more-scopes',
    'The CLI was paired by “devices list” and needs more now',
    'OpenClaw 2026.5.18 gave it exactly the scopes that it asked for first. Its request for more waits.',
    async (lab) => {
      const before = async (stateDir: string) => {
        const device = await putPairedCli(stateDir, ['operator.pairing'], dayMs);
        const scopes = ['operator.read'];
        await putPending(stateDir, device, {
          requestId: randomUUID(),
          scopes,
          ageMs: 10 * minuteMs,
        });
      };
      await localGateway(lab, { before });
    },
  ),
  of(
    'device-on-a-new-platform',
    'A paired device comes back from another platform',
    'Same key, new operating system: OpenClaw wants it approved again (metadata-upgrade), and until then it is refused.',
    async (lab) => {
      const staged = await localGateway(lab);
      await putPairedCli(staged.stateDir, usedCli, 2 * dayMs);
      const device = makeIdentity();
      const client = { id: 'cli', mode: 'cli' };
      const auth = { token: staged.token };
      await visit(staged.port, { device, client, auth });
      await visit(staged.port, { device, client, auth, platform: 'darwin', times: 2 });
    },
  ),
  of(
    'device-on-its-platform',
    'A paired device comes back from the same platform',
    'Nobody asks anything.',
    async (lab) => {
      const staged = await localGateway(lab);
      const identity = await putPairedCli(staged.stateDir, usedCli, 2 * dayMs);
      const client = { id: 'cli', mode: 'cli' };
      await visit(staged.port, { device: identity, client, auth: { token: staged.token } });
    },
  ),
  of(
    'cli-with-few-scopes',
    'The CLI was paired by “devices list” and by nothing else',
    'It may pair devices. The next command that reads or writes is refused and leaves a request.',
    async (lab) => {
      const before = async (stateDir: string) => {
        await putPairedCli(stateDir, ['operator.pairing'], dayMs);
      };
      await localGateway(lab, { before });
    },
  ),
  of(
    'gateway-clock-ahead',
    'The clock of the gateway is ten minutes ahead',
    'It runs in a virtual machine that slept. A 2026.5 client signs with the clock of this host, and its signature counts as expired.',
    async (lab) => {
      await localGateway(lab, { args: ['--clock', '600'] });
    },
  ),
  of(
    'gateway-clock-a-bit-ahead',
    'The clock of the gateway is ten seconds ahead',
    'Signatures may be two minutes old.',
    async (lab) => {
      await localGateway(lab, { args: ['--clock', '10'] });
    },
  ),
  of(
    'device-token-overwritten',
    'The CLI’s stored device token is another than the one on record',
    'identity/device-auth.json was restored from a backup. OpenClaw 2026.5.18 repairs that at the next good connect with the shared token.',
    async (lab) => {
      await localGateway(lab, { before: (stateDir) => overwriteToken(stateDir, lab.secret()) });
    },
  ),
  of(
    'device-revoked',
    'The CLI’s device was revoked',
    'Its token is on record as revoked, and the CLI still holds it.',
    async (lab) => {
      await localGateway(lab, { before: revoke });
    },
  ),
  of(
    'device-unknown-to-the-gateway',
    'The gateway has no record of the device whose token the CLI holds',
    'Somebody deleted devices/paired.json. The CLI still sends the device token of before.',
    async (lab) => {
      await localGateway(lab, {
        before: (stateDir) => put(join(stateDir, 'devices', 'paired.json'), {}),
      });
    },
  ),
  of(
    'identity-replaced',
    'The device identity of this host was replaced',
    'identity/device.json is new; the stored device token and the paired record belong to the identity of before.',
    async (lab) => {
      const before = async (stateDir: string) => {
        const file = join(stateDir, 'identity', 'device-auth.json');
        const auth = readObject(file);
        const paired = readObject(join(stateDir, 'devices', 'paired.json'));
        await putPairedCli(stateDir, usedCli, dayMs);
        await put(file, auth);
        await put(join(stateDir, 'devices', 'paired.json'), paired);
      };
      await localGateway(lab, { before });
    },
  ),
  of(
    'never-paired',
    'A host that has never paired',
    'OpenClaw 2026.9.6: its CLI needs no device on loopback.',
    async (lab) => {
      await localGateway(lab, { line: '2026.9' });
    },
  ),
];

async function overwriteToken(stateDir: string, token: string): Promise<void> {
  const file = join(stateDir, 'identity', 'device-auth.json');
  const auth = readObject(file) as { tokens: { operator: object } };
  await put(file, { ...auth, tokens: { operator: { ...auth.tokens.operator, token } } });
}

async function revoke(stateDir: string): Promise<void> {
  const file = join(stateDir, 'devices', 'paired.json');
  const rows = readObject(file) as Record<string, { tokens: { operator: object } }>;
  const revokedAtMs = Date.now() - 5 * minuteMs;
  const revoked = Object.entries(rows).map(([id, row]) => [
    id,
    { ...row, tokens: { operator: { ...row.tokens.operator, revokedAtMs } } },
  ]);
  await put(file, Object.fromEntries(revoked) as object);
}
