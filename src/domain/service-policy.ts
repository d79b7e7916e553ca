import type { Confinement, RestartPolicy, ServiceFacts } from '../model/facts-service.js';

/** Defaults of systemd (systemd-system.conf): five starts in ten seconds, 100 ms between them. */
const defaultBurst = 5;
const defaultIntervalMs = 10_000;
const defaultDelayMs = 100;
/** launchd's own default; below half of it a failing gateway starts all the time. */
const leastThrottleMs = 5000;

/** What a supervisor does when the gateway ends, in words for a report. */
export function policyText({ supervisor, policy }: ServiceFacts): string {
  if (!policy) return 'its restart policy is not known';
  const delay = policy.delayMs === undefined ? '' : `, ${seconds(policy.delayMs)} apart`;
  if (supervisor === 'launchd') return `KeepAlive ${policy.restart}${delay}`;
  if (policy.restart === 'no') return 'Restart=no';
  const { limitBurst = defaultBurst, limitIntervalMs = defaultIntervalMs } = policy;
  const limit = isUnlimited(supervisor, policy)
    ? 'without a limit that it could reach'
    : `at most ${limitBurst} starts in ${seconds(limitIntervalMs)}`;
  const watchdog = policy.watchdogMs ? `, watchdog ${seconds(policy.watchdogMs)}` : '';
  return `Restart=${policy.restart}${delay}, ${limit}${watchdog}`;
}

function seconds(ms: number): string {
  return ms >= Number.MAX_SAFE_INTEGER ? 'infinity' : `${ms / 1000} s`;
}

/**
 * Would a gateway that fails at once be started for ever? systemd gives up only when `burst` starts
 * fall within the interval, and the pause between them may be too long for that.
 */
export function isUnlimited(
  supervisor: ServiceFacts['supervisor'],
  policy: RestartPolicy,
): boolean {
  if (policy.restart === 'no') return false;
  const delayMs = policy.delayMs ?? defaultDelayMs;
  if (supervisor === 'launchd') return policy.restart === 'always' && delayMs < leastThrottleMs;
  if (policy.restart === 'on-success') return false;
  const burst = policy.limitBurst ?? defaultBurst;
  const intervalMs = policy.limitIntervalMs ?? defaultIntervalMs;
  return burst === 0 || intervalMs === 0 || burst * delayMs >= intervalMs;
}

/** OpenClaw ends with 78 when its config forbids the start: another start changes nothing. */
export function repeatsConfigErrors(
  supervisor: ServiceFacts['supervisor'],
  policy: RestartPolicy,
): boolean {
  if (supervisor === 'launchd' || !['always', 'on-failure'].includes(policy.restart)) return false;
  return !policy.preventExitStatus.some((status) => status === '78' || status === 'CONFIG');
}

const loopbackNames: ReadonlySet<string> = new Set([
  'localhost',
  'any',
  '127.0.0.0/8',
  '127.0.0.1',
]);

/** The settings that keep clients of this host away from the gateway; empty when none does. */
export function loopbackBlocks(confinement: Confinement): string[] {
  const { privateNetwork, ipAddressDeny, ipAddressAllow, addressFamilies } = confinement;
  const blocks: string[] = [];
  if (privateNetwork) blocks.push('PrivateNetwork=yes');
  const denied = ipAddressDeny.find(coversLoopback);
  if (denied !== undefined && !ipAddressAllow.some(coversLoopback)) {
    blocks.push(`IPAddressDeny=${denied}`);
  }
  if (addressFamilies && addressFamilies.deny === addressFamilies.names.includes('AF_INET')) {
    const { deny, names } = addressFamilies;
    blocks.push(`RestrictAddressFamilies=${deny ? '~' : ''}${names.join(' ') || 'none'}`);
  }
  return blocks;
}

function coversLoopback(address: string): boolean {
  const [, bits] = /^0\.0\.0\.0\/(\d+)$/.exec(address) ?? [];
  return loopbackNames.has(address) || bits === '0' || /^127\.0\.0\.1\/\d+$/.test(address);
}
