import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../lab.js';
import { programs as programsOf } from '../layout.js';
import { put, putUnit } from '../place.js';
import { family } from '../scenario.js';
import { localGateway } from './parts.js';

const of = family('Gateway credentials');

const off = { gateway: { reload: { mode: 'off' } } };

/** Another token in the config of a gateway that runs. */
export async function editToken(lab: Lab): Promise<void> {
  const file = join(lab.home, '.openclaw', 'openclaw.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as { gateway: object };
  const auth = { mode: 'token', token: lab.secret() };
  await put(file, { ...config, gateway: { ...config.gateway, auth } });
  // It looks every 150 ms, and says so before it does anything about it.
  for (let tries = 0; tries < 100; tries++) {
    await sleep(50);
    if (/config (reload disabled|hot reload applied|change requires)/.test(await logOf(lab))) break;
  }
  await sleep(100);
}

function logOf(lab: Lab): Promise<string> {
  return readFile(lab.logFile, 'utf8').catch(() => '');
}

export const credentials = [
  of(
    'old-token-for-curl',
    'A script takes its token from the shell, and the shell has an old one',
    'OpenClaw 2026.9.6 and its CLI believe the config first. A curl script on this host sends $OPENCLAW_GATEWAY_TOKEN, which is from an earlier set-up.',
    async (lab) => {
      await localGateway(lab, { line: '2026.9' });
      lab.env.OPENCLAW_GATEWAY_TOKEN = lab.secret();
      return { as: 'curl' };
    },
  ),
  of(
    'old-token-nobody-sends',
    'An old token is exported, and nobody who reads it is asked about',
    'The same shell as in old-token-for-curl, seen by the CLI of 2026.9.6, which takes the config first.',
    async (lab) => {
      await localGateway(lab, { line: '2026.9' });
      lab.env.OPENCLAW_GATEWAY_TOKEN = lab.secret();
    },
  ),
  of(
    'bearer-inside-the-token',
    'The exported token has “Bearer ” in front of it',
    'Somebody copied a whole header into OPENCLAW_GATEWAY_TOKEN. A curl script that adds its own Bearer sends the word twice.',
    async (lab) => {
      const { token } = await localGateway(lab, { line: '2026.9' });
      lab.env.OPENCLAW_GATEWAY_TOKEN = `Bearer ${token}`;
      return { as: 'curl' };
    },
  ),
  of(
    'right-token-for-curl',
    'A script takes the right token from the shell',
    'The shell exports the token of the config, and a curl script sends it.',
    async (lab) => {
      const { token } = await localGateway(lab, { line: '2026.9' });
      lab.env.OPENCLAW_GATEWAY_TOKEN = token;
      return { as: 'curl' };
    },
  ),
  of(
    'dotenv-shadows',
    'An old token lies in ~/.openclaw/.env',
    'Config and gateway agree. A 2026.5 CLI loads .env and believes it before the config.',
    async (lab) => {
      const before = (stateDir: string) =>
        put(`${stateDir}/.env`, `OPENCLAW_GATEWAY_TOKEN=${lab.secret()}\n`);
      await localGateway(lab, { before });
    },
  ),
  of(
    'dotenv-agrees',
    'The same token in the config and in ~/.openclaw/.env',
    'Two places, one value, quoted in one of them as shells do.',
    async (lab) => {
      const token = lab.secret();
      const before = (stateDir: string) =>
        put(`${stateDir}/.env`, `OPENCLAW_GATEWAY_TOKEN="${token}"\n`);
      await localGateway(lab, { token, before });
    },
  ),
  of(
    'reload-off-after-edit',
    'The token was edited, and the gateway does not look at its config',
    'gateway.reload.mode is off. The config says another token than the one that the running gateway took at its start.',
    async (lab) => {
      await localGateway(lab, { rest: off });
      // The start of a process is known to about a second.
      await sleep(2_200);
      await editToken(lab);
    },
  ),
  of(
    'reload-on-after-edit',
    'The token was edited, and the gateway took it up',
    'The same edit with the default reload: config, gateway and CLI agree again.',
    async (lab) => {
      await localGateway(lab);
      await editToken(lab);
    },
  ),
  of(
    'token-only-in-the-gateway-environment',
    'Only the gateway’s own environment has the token (2026.5)',
    'The config names none. The gateway was started with OPENCLAW_GATEWAY_TOKEN; the operator’s shell does not have it, and the CLI was never paired.',
    async (lab) => {
      const env = { OPENCLAW_GATEWAY_TOKEN: lab.secret() };
      await localGateway(lab, { auth: { mode: 'token' }, env, neverPaired: true });
    },
  ),
  of(
    'token-only-in-the-gateway-environment-2026.9',
    'Only the gateway’s own environment has the token (2026.9)',
    'As on 2026.5: the CLI finds nothing to send.',
    async (lab) => {
      const env = { OPENCLAW_GATEWAY_TOKEN: lab.secret() };
      await localGateway(lab, { line: '2026.9', auth: { mode: 'token' }, env });
    },
  ),
  of(
    'token-in-both-environments',
    'The token is in the environment of the gateway and of the shell',
    'No token in the config, as with Docker Compose; everybody gets the same variable.',
    async (lab) => {
      const token = lab.secret();
      const env = { OPENCLAW_GATEWAY_TOKEN: token };
      await localGateway(lab, { line: '2026.9', auth: { mode: 'token' }, env });
      lab.env.OPENCLAW_GATEWAY_TOKEN = token;
    },
  ),
  of(
    'inner-client-sends-another-token',
    'The gateway’s own environment has an old token',
    'Clients outside send the config’s token and are let in. The 2026.5 client inside the gateway believes the environment that it was started with.',
    async (lab) => {
      await localGateway(lab, { env: { OPENCLAW_GATEWAY_TOKEN: lab.secret() } });
    },
  ),
  of(
    'inner-client-sends-the-same-token',
    'The gateway’s own environment has the token of the config',
    'Two places, one value: the client inside the gateway is let in.',
    async (lab) => {
      const token = lab.secret();
      await localGateway(lab, { token, env: { OPENCLAW_GATEWAY_TOKEN: token } });
    },
  ),
  of(
    'unit-with-an-old-token',
    'The service unit still carries the token of an old installer',
    'The config has no token. An old “gateway install” wrote one into the unit, the gateway runs with it, and the shell has another.',
    async (lab) => {
      const [port, token] = [await lab.port(), lab.secret()];
      const more = [`Environment="OPENCLAW_GATEWAY_TOKEN=${token}"`];
      await putUnit(lab.home, { ...programs(lab), port, more });
      const env = { OPENCLAW_GATEWAY_TOKEN: token, OPENCLAW_SERVICE_KIND: 'gateway' };
      await localGateway(lab, { port, auth: { mode: 'token' }, env });
      lab.env.OPENCLAW_GATEWAY_TOKEN = lab.secret();
    },
  ),
  of(
    'config-open-to-all',
    'The config may be read by everybody on this host',
    'openclaw.json holds the token and has mode 0644.',
    async (lab) => {
      const { stateDir } = await localGateway(lab, { line: '2026.9' });
      await chmod(join(stateDir, 'openclaw.json'), 0o644);
      await lab.openHome();
    },
  ),
  of(
    'config-closed-in-an-open-home',
    'Everybody may look into the home, and nobody else into the config',
    'The directories have mode 0755, as most distributions make them; openclaw.json has 0600.',
    async (lab) => {
      await localGateway(lab, { line: '2026.9' });
      await lab.openHome();
    },
  ),
  of(
    'unit-without-a-token',
    'A service unit as “gateway install” writes it today',
    'The unit names port, home and kind; the token is in the config, where everybody takes it.',
    async (lab) => {
      const port = await lab.port();
      await putUnit(lab.home, { ...programs(lab), port });
      await localGateway(lab, { port, env: { OPENCLAW_SERVICE_KIND: 'gateway' } });
    },
  ),
];

/** What a unit of this deployment runs. */
export function programs({ layout }: Lab): { node: string; entry: string } {
  return programsOf(layout);
}
