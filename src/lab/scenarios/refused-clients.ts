import { family, type StagedScenario } from '../scenario.js';
import { type Visit, visit } from '../visitor.js';
import { editToken } from './credentials.js';
import { type LocalGateway, localGateway } from './parts.js';

const of = family('Refused clients');

/** A healthy gateway, and one client somewhere that it refuses. */
function refused(
  name: string,
  title: string,
  about: string,
  ask: Visit | ((token: string) => Visit),
  gateway: LocalGateway = {},
): StagedScenario {
  return of(name, title, about, async (lab) => {
    const { port, token } = await localGateway(lab, gateway);
    const { times = 3, ...rest } = typeof ask === 'function' ? ask(token) : ask;
    await visit(port, { ...rest, times });
  });
}

const wrong = { token: 'a-token-of-yesterday-5d0c' };
const backend = { id: 'gateway-client', mode: 'backend' };
const controlUi = { id: 'openclaw-control-ui', mode: 'webchat' };
const password = 'correct horse battery staple 41';

export const refusedClients = [
  refused(
    'client-with-a-wrong-token',
    'A client without a device keeps sending a wrong token',
    'A script somewhere was never told the new token: AUTH_TOKEN_MISMATCH.',
    { client: backend, auth: wrong },
  ),
  refused(
    'device-with-a-wrong-token',
    'A Mac with a device identity keeps sending a wrong token',
    'It may retry with its device token, and has none: AUTH_TOKEN_MISMATCH.',
    { auth: wrong, device: 'new' },
    { line: '2026.9' },
  ),
  refused(
    'client-without-anything',
    'A client comes without credential and without device',
    'device identity required: the gateway wants one of the two.',
    { client: { id: 'cli', mode: 'cli' } },
  ),
  refused(
    'device-without-a-token',
    'A device comes without a credential',
    'AUTH_TOKEN_MISSING: it proves who it is, and that is not enough.',
    { device: 'new' },
  ),
  of(
    'old-token-after-a-rotation',
    'The token was changed, and a client keeps the old one',
    'The gateway took up the edit and closed the client’s socket (4001, gateway auth changed). The client reconnects with what it has.',
    async (lab) => {
      const staged = await localGateway(lab);
      await editToken(lab);
      await visit(staged.port, { auth: { token: staged.token }, device: 'new', times: 3 });
    },
  ),
  refused(
    'wrong-device-token',
    'A device sends a device token that the gateway does not know',
    'AUTH_DEVICE_TOKEN_MISMATCH: it was rotated, or belongs to another gateway.',
    { device: 'new', auth: { deviceToken: 'not-the-token-of-this-device-77b1' } },
  ),
  refused(
    'used-setup-code',
    'A phone sends a setup code that is used up',
    'AUTH_BOOTSTRAP_TOKEN_INVALID.',
    { device: 'new', auth: { bootstrapToken: 'a-code-from-last-week-0f3e' } },
    { line: '2026.9' },
  ),
  refused(
    'clock-behind',
    'The clock of a device is ten minutes behind',
    'DEVICE_AUTH_SIGNATURE_EXPIRED: the gateway takes two minutes of difference.',
    (token) => ({ device: 'new', auth: { token }, fault: 'age' }),
  ),
  refused(
    'broken-device-key',
    'A device signs with a key that is not its own',
    'DEVICE_AUTH_SIGNATURE_INVALID: its key file was restored from another machine.',
    (token) => ({ device: 'new', auth: { token }, fault: 'signature' }),
  ),
  refused(
    'old-nonce',
    'A device answers another challenge than the one that it got',
    'DEVICE_AUTH_NONCE_MISMATCH: something between client and gateway repeats messages.',
    (token) => ({ device: 'new', auth: { token }, fault: 'nonce' }),
  ),
  refused(
    'device-id-of-another-key',
    'A device names an id that does not belong to its key',
    'DEVICE_AUTH_DEVICE_ID_MISMATCH.',
    (token) => ({ device: 'new', auth: { token }, fault: 'id' }),
  ),
  refused(
    'client-too-old',
    'A client speaks a protocol that this gateway does not',
    'PROTOCOL_MISMATCH, close 1002: the app on somebody’s phone is from another year.',
    (token) => ({ auth: { token }, protocol: [1, 2] }),
  ),
  refused(
    'foreign-origin',
    'A browser page of another origin connects',
    'CONTROL_UI_ORIGIN_NOT_ALLOWED: the page is not in gateway.controlUi.allowedOrigins.',
    (token) => ({ client: controlUi, auth: { token }, origin: 'https://panel.example' }),
  ),
  of(
    'control-ui-over-plain-http',
    'The Control UI is opened without a secure context',
    'CONTROL_UI_DEVICE_IDENTITY_REQUIRED: over plain http a browser gives the page no key.',
    async (lab) => {
      const { port, token } = await localGateway(lab);
      const origin = `http://127.0.0.1:${port}`;
      await visit(port, { client: controlUi, auth: { token }, origin, times: 3 });
    },
  ),
  refused(
    'password-in-the-token-field',
    'A client sends the password as a token',
    'The gateway is in password mode. 2026.5.18 looks only at the field of its mode: AUTH_PASSWORD_MISSING.',
    { client: backend, auth: { token: password } },
    { auth: { mode: 'password', password } },
  ),
  refused(
    'password-in-the-token-field-2026.9',
    'A client sends the password as a token, to OpenClaw 2026.9.6',
    'There the gateway takes either field.',
    { client: backend, auth: { token: password } },
    { line: '2026.9', auth: { mode: 'password', password } },
  ),
  refused(
    'clients-let-in',
    'Clients of every kind connect with the right token',
    'A backend and a paired device, several times each; nobody is refused.',
    (token) => ({ device: 'new', auth: { token } }),
  ),
  refused(
    'clients-let-in-2026.9',
    'Clients connect to OpenClaw 2026.9.6 with the right token',
    'Several times; nobody is refused.',
    (token) => ({ device: 'new', auth: { token } }),
    { line: '2026.9' },
  ),
  of(
    'refused-before-the-last-edit',
    'A client was refused, and the token was changed since',
    'The refusals in the log are older than the edit that the gateway took up: they are over.',
    async (lab) => {
      const staged = await localGateway(lab);
      await visit(staged.port, { client: backend, auth: wrong, times: 3 });
      await editToken(lab);
    },
  ),
];
