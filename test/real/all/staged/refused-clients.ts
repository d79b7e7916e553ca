import { truncate } from 'node:fs/promises';
import { expect } from 'vitest';
import type { OpenClawLine } from '../../harness/install.js';
import {
  backendConnect,
  type ConnectOptions,
  connectDevice,
  makeDevice,
} from '../../harness/wire.js';
import { both, only5, only9, start } from './parts.js';
import type { At, RealScenario, Station } from './scenario.js';

/** What this client sends; `port` and `device` are added. */
type Ask = Omit<ConnectOptions, 'port' | 'device'> & { device?: 'new' };

interface Refused {
  name: string;
  lines?: readonly OpenClawLine[];
  ask(at: At): Ask;
  /** What the gateway itself says to it. */
  code: string;
}

const controlUi = { id: 'openclaw-control-ui', mode: 'webchat' };
const mac = { id: 'openclaw-macos', mode: 'ui' };

const rows: Refused[] = [
  {
    name: 'client-with-a-wrong-token',
    // A TUI without a device is told about the device before its token is looked at.
    ask: (at) => ({ client: { mode: 'probe' }, token: at.secret() }),
    code: 'AUTH_TOKEN_MISMATCH',
  },
  {
    name: 'device-with-a-wrong-token',
    ask: (at) => ({ client: mac, token: at.secret(), device: 'new' }),
    code: 'AUTH_TOKEN_MISMATCH',
  },
  {
    name: 'client-without-anything',
    ask: () => ({ client: { id: 'cli', mode: 'cli' } }),
    code: 'DEVICE_IDENTITY_REQUIRED',
  },
  {
    name: 'device-without-a-token',
    ask: () => ({ client: mac, device: 'new' }),
    code: 'AUTH_TOKEN_MISSING',
  },
  {
    name: 'wrong-device-token',
    ask: (at) => ({ client: mac, deviceToken: at.secret(), device: 'new' }),
    code: 'AUTH_DEVICE_TOKEN_MISMATCH',
  },
  {
    name: 'used-setup-code',
    ask: (at) => ({ client: mac, bootstrapToken: at.secret(), device: 'new' }),
    code: 'AUTH_BOOTSTRAP_TOKEN_INVALID',
  },
  {
    name: 'clock-behind',
    ask: ({ token }) => ({ client: mac, token, device: 'new', fault: 'age' }),
    code: 'DEVICE_AUTH_SIGNATURE_EXPIRED',
  },
  {
    name: 'broken-device-key',
    ask: ({ token }) => ({ client: mac, token, device: 'new', fault: 'signature' }),
    code: 'DEVICE_AUTH_SIGNATURE_INVALID',
  },
  {
    name: 'old-nonce',
    ask: ({ token }) => ({ client: mac, token, device: 'new', fault: 'nonce' }),
    code: 'DEVICE_AUTH_NONCE_MISMATCH',
  },
  {
    name: 'device-id-of-another-key',
    ask: ({ token }) => ({ client: mac, token, device: 'new', fault: 'id' }),
    code: 'DEVICE_AUTH_DEVICE_ID_MISMATCH',
  },
  {
    name: 'client-too-old',
    ask: ({ token }) => ({ token, protocol: { min: 1, max: 2 } }),
    code: 'PROTOCOL_MISMATCH',
  },
  {
    name: 'foreign-origin',
    ask: ({ token }) => ({
      client: controlUi,
      token,
      headers: { origin: 'https://panel.example' },
    }),
    code: 'CONTROL_UI_ORIGIN_NOT_ALLOWED',
  },
  {
    name: 'control-ui-over-plain-http',
    ask: ({ port, token }) => ({
      client: controlUi,
      token,
      headers: { origin: `http://127.0.0.1:${port}` },
    }),
    code: 'CONTROL_UI_DEVICE_IDENTITY_REQUIRED',
  },
];

/** Three times, as somebody's program would; then the log starts anew. */
export async function refusedThrice(at: At, ask: Ask, code: string): Promise<void> {
  const { device, ...rest } = ask;
  const options = { ...rest, port: at.port };
  for (let times = 0; times < 3; times++) {
    const connected = device
      ? await connectDevice({ ...options, device: makeDevice() })
      : await backendConnect(options);
    expect(connected.error?.details?.code ?? connected.error?.code, JSON.stringify(connected)).toBe(
      code,
    );
  }
}

const scenarios = rows.map(
  ({ name, lines = both, ask, code }): RealScenario => ({
    name,
    lines,
    async stage(at) {
      await refusedThrice(at, ask(at), code);
      return { undo: () => truncate(at.logFile) };
    },
    cause: new RegExp(code),
  }),
);

export const refusedClients: Station = {
  title: 'clients that a healthy gateway refuses',
  lines: both,
  async open(at) {
    await start(at);
  },
  scenarios,
};

/** In password mode, 2026.5.18 looks at the field of its mode only; 2026.9.6 at either. */
export const passwordMode: Station = {
  title: 'clients of a gateway with a password',
  lines: both,
  async open(at) {
    await start(at, { auth: { mode: 'password', password: at.token } });
  },
  scenarios: [
    {
      name: 'password-in-the-token-field',
      lines: only5,
      harmless: only9,
      async stage(at) {
        const ask = { token: at.token };
        if (at.line === '2026.5.18') await refusedThrice(at, ask, 'AUTH_PASSWORD_MISSING');
        else {
          const connected = await backendConnect({ ...ask, port: at.port });
          expect(connected.ok, JSON.stringify(connected.error)).toBe(true);
          await connected.close();
        }
        return { undo: () => truncate(at.logFile) };
      },
      cause: /AUTH_PASSWORD_MISSING|password_missing/,
    },
  ],
};
