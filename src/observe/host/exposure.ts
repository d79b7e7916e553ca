import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { member } from '../../domain/clean.js';
import type { ExposureFacts } from '../../model/facts-wire.js';
import type { HostAccess, Observer } from '../../model/observer.js';
import { loadConfig } from '../files/config-source.js';
import { readRegularFile } from '../files/read-file.js';
import { safeUrl } from '../files/safe-url.js';
import { ownAddresses } from './own-address.js';

const most = 64;

/** How far this host and the config let a gateway be reached; nothing is run and nothing asked. */
export const exposureObserver: Observer<'gateway.exposure'> = {
  id: 'gateway.exposure',
  stage: 'doctor',
  uses: ['host.discovery', 'gateway.config'],
  deadlineMs: 3000,
  async observe(context) {
    const { host, signal } = context;
    const { value } = await loadConfig(context);
    const endpoints = member(member(member(value, 'gateway'), 'http'), 'endpoints');
    const isOn = (name: string): boolean => member(member(endpoints, name), 'enabled') === true;
    const data: ExposureFacts = {
      addresses: ownAddresses().slice(0, most),
      container: await isContainer(host, signal),
      openai: { chatCompletions: isOn('chatCompletions'), responses: isOn('responses') },
      openaiUrls: (['OPENAI_BASE_URL', 'OPENAI_API_BASE'] as const).flatMap((name) => {
        const url = safeUrl(host.env[name]);
        return url ? [{ name, url }] : [];
      }),
    };
    return { state: 'ok', source: 'interfaces, config and environment', data };
  },
};

const sentinels = ['/.dockerenv', '/run/.containerenv', '/var/run/.containerenv'];
const groups = /\/docker\/|cri-containerd-[0-9a-f]|containerd\/[0-9a-f]{64}|\/kubepods[/.]|\blxc\b/;

/** The same marks that both known lines go by (bundles of 2026.5.18 and 2026.9.6). */
async function isContainer(host: HostAccess, signal: AbortSignal): Promise<boolean> {
  const { env, procRoot } = host;
  if (env.FLY_MACHINE_ID?.trim() && env.FLY_APP_NAME?.trim()) return true;
  const there = await Promise.all(
    sentinels.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (there.includes(true)) return true;
  if (procRoot === undefined) return false;
  const path = join(procRoot, '1', 'cgroup');
  const { bytes } = await readRegularFile(path, { maxBytes: 65_536, home: host.home, signal });
  return bytes !== undefined && groups.test(bytes.toString('utf8'));
}
