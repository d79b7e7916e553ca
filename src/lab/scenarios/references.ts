import { chmod } from 'node:fs/promises';
import type { Lab } from '../lab.js';
import { put, putUnit } from '../place.js';
import { family } from '../scenario.js';
import type { LabLine } from '../servers/line.js';
import { programs } from './credentials.js';
import { localGateway, type Staged } from './parts.js';

const of = family('Secret references');

const fileRef = { source: 'file', provider: 'vault', id: 'value' };

/** A gateway whose token is a file that a reference names. */
async function fromFile(lab: Lab, line: LabLine = '2026.5'): Promise<Staged & { file: string }> {
  const file = `${lab.home}/.secrets/gateway-token`;
  await put(file, `${lab.secret()}\n`);
  const vault = { source: 'file', path: file, mode: 'singleValue' };
  const rest = { secrets: { providers: { vault } } };
  return { ...(await localGateway(lab, { line, token: fileRef, rest })), file };
}

function fromVariable(lab: Lab, variable: string, value: string) {
  const token = { source: 'env', provider: 'default', id: variable };
  return localGateway(lab, { token, env: { [variable]: value } });
}

export const references = [
  of(
    'reference-hidden-from-the-cli',
    'The config refers to a variable that only the gateway has',
    'MY_GW_TOKEN is in the environment of the gateway. The operator’s shell does not have it, so the CLI cannot resolve the reference.',
    async (lab) => {
      await fromVariable(lab, 'MY_GW_TOKEN', lab.secret());
    },
  ),
  of(
    'reference-seen-by-the-cli',
    'The config refers to a variable that gateway and shell have',
    'MY_GW_TOKEN is the same in both environments.',
    async (lab) => {
      const token = lab.secret();
      await fromVariable(lab, 'MY_GW_TOKEN', token);
      lab.env.MY_GW_TOKEN = token;
    },
  ),
  of(
    'secret-file-rotated',
    'The secret file was rotated, and the gateway holds the old content',
    'The reference is resolved once, at the start. Clients resolve the new content.',
    async (lab) => {
      const { file } = await fromFile(lab);
      await put(file, `${lab.secret()}\n`);
    },
  ),
  of(
    'secret-file-rotated-2026.9',
    'The secret file was rotated under OpenClaw 2026.9.6',
    'As on 2026.5: the process has what it read at its start.',
    async (lab) => {
      const { file } = await fromFile(lab, '2026.9');
      await put(file, `${lab.secret()}\n`);
    },
  ),
  of(
    'secret-file-open-to-all',
    'The secret file may be read by everybody',
    'Somebody ran chmod 644. The gateway works from memory; OpenClaw does not take a secret from such a file, so the next start fails and the CLI fails now.',
    async (lab) => {
      const { file } = await fromFile(lab);
      await chmod(file, 0o644);
      await lab.openHome();
    },
  ),
  of(
    'secret-file-right',
    'The token is in a file that a reference names',
    'Mode 0600, the same content as at the start.',
    async (lab) => {
      await fromFile(lab);
      await lab.openHome();
    },
  ),
  of(
    'unset-variable-stops-the-gateway',
    'The config names a variable that nobody has set (2026.5)',
    'OpenClaw 2026.5.18 does not start: the secret that it requires is missing.',
    async (lab) => {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own template
      await localGateway(lab, { token: '${NOPE_TOKEN}', start: 'fails' });
    },
  ),
  of(
    'hooks-token-never-replaced',
    'The token of the hooks names a variable that nobody has set',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own template
    '2026.5.18 takes the text itself as the token: “${HOOKS_TOKEN}” opens the hooks, and the real one does not.',
    async (lab) => {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own template
      await localGateway(lab, { rest: { hooks: { enabled: true, token: '${HOOKS_TOKEN}' } } });
    },
  ),
  of(
    'two-references-that-differ',
    'The gateway and its remote client refer to different places',
    'gateway.auth.token refers to a file, gateway.remote.token to a variable of the shell with another value. Both mean this gateway.',
    (lab) => twoReferences(lab, lab.secret()),
  ),
  of(
    'two-references-that-agree',
    'Two references to two places with one value',
    'gateway.auth.token refers to a file, gateway.remote.token to a variable with the same value.',
    (lab) => twoReferences(lab),
  ),
  of(
    'variable-gone-before-the-next-start',
    'The variable that the gateway was started with is in no file',
    'The config refers to BOOT_TOKEN. Somebody exported it by hand and started the gateway; the service unit, which starts it next time, does not set it.',
    async (lab) => {
      const [port, token] = [await lab.port(), lab.secret()];
      await putUnit(lab.home, { ...programs(lab), port });
      const ref = { source: 'env', provider: 'default', id: 'BOOT_TOKEN' };
      const env = { BOOT_TOKEN: token, OPENCLAW_SERVICE_KIND: 'gateway' };
      await localGateway(lab, { port, token: ref, env });
      lab.env.BOOT_TOKEN = token;
    },
  ),
];

async function twoReferences(lab: Lab, other?: string): Promise<void> {
  const token = lab.secret();
  const file = `${lab.home}/.secrets/gateway-token`;
  await put(file, `${token}\n`);
  const vault = { source: 'file', path: file, mode: 'singleValue' };
  const port = await lab.port();
  const url = `ws://127.0.0.1:${port}`;
  const remote = { url, token: { source: 'env', provider: 'default', id: 'REMOTE_GW_TOKEN' } };
  const rest = { secrets: { providers: { vault } }, gateway: { remote } };
  await localGateway(lab, { port, token: fileRef, rest });
  lab.env.REMOTE_GW_TOKEN = other ?? token;
}
