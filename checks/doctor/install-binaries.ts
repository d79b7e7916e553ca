import { compareVersions } from '../../src/domain/openclaw/compare-versions.js';
import { linesOf } from '../../src/domain/openclaw/versions.js';
import { defineCheck } from '../../src/model/check.js';
import type { RuntimeFacts } from '../../src/model/facts-installs.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'install/binaries',
  stage: 'doctor',
  per: 'gateway',
  title:
    'the CLI, the service and every other install are one OpenClaw, or keep out of the way of each other',
  about:
    'Lists every `openclaw` on PATH and in the places where npm, pnpm, Homebrew, bun, volta and the installer of OpenClaw put it, with the version of its package, and compares it with what the service starts. The versions read secrets in another order, and an OpenClaw that is older than the one which last wrote the config refuses to start with it: 2026.9 always, 2026.5 as a service (exit 78).',
  falsePositives:
    'Two versions side by side on purpose, such as one for each Node of nvm: they pass as long as the first on PATH, the service and whoever wrote the config last agree.',
  needs: ['host.install'],
  uses: ['gateway.runtime', 'gateway.config', 'gateway.credentials'],
  codes: {
    'one-version': {
      outcome: 'pass',
      text: 'OpenClaw {version} is the only version here ({places})',
    },
    'side-by-side': {
      outcome: 'pass',
      text: 'PATH gives {version}; {others} are installed beside it and not on PATH',
    },
    'not-on-path': {
      outcome: 'pass',
      text: 'no `openclaw` is on PATH; installed are {others}',
    },
    none: {
      outcome: 'pass',
      text: 'no `openclaw` is installed where this looks: this host may only use a gateway in a container',
    },
    'in-container': {
      outcome: 'pass',
      text: 'OPENCLAW_CONTAINER is set: `openclaw` runs inside container {container}, and its image cannot be read from here',
    },
    'another-host': anotherHost,
    'two-on-path-apart': {
      outcome: 'pass',
      text: 'PATH has two versions: {path} is {version} and runs; nothing here uses {other}, which is {otherVersion} ({managers})',
    },
    'two-on-path': {
      outcome: 'warn',
      text: 'PATH has two versions: {path} is {version} and runs; {other} is {otherVersion} and runs for whoever has another PATH ({managers})',
      next: ['keep-one-install'],
    },
    'service-differs': {
      outcome: 'warn',
      text: 'the CLI on PATH is {version} ({path}) and {unit} starts {serviceVersion}: they may read secrets in another order, and an update reaches only one of them',
      next: ['reinstall-service', 'keep-one-install'],
    },
    'cli-older-than-config': {
      outcome: 'warn',
      text: 'the CLI on PATH is {version} and OpenClaw {writer} last wrote the config: this CLI refuses to start, stop, restart or install the gateway',
      next: ['keep-one-install'],
    },
    'service-older-than-config': {
      outcome: 'fail',
      text: '{unit} starts OpenClaw {serviceVersion} and {writer} last wrote the config: it refuses to start with it',
      next: ['reinstall-service', 'keep-one-install'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const { binaries } = at.get('host.install');
    const runtime = at.look('gateway.runtime')?.data?.service;
    const writer = at.look('gateway.config')?.data?.writerVersion;
    const credentials = at.look('gateway.credentials')?.data;
    const id = at.subject.id;
    const first = binaries.find((binary) => binary.first);
    const found = [];
    if (runtime?.version !== undefined && writer !== undefined && refuses(runtime, writer)) {
      const params = { unit: runtime.unit, serviceVersion: runtime.version, writer };
      found.push(at.found('service-older-than-config', params));
    }
    const version = first?.version;
    // The CLI of this shell is the one of the primary gateway: said once.
    if (at.subject.primary && first && version !== undefined) {
      if (writer !== undefined && isOlder(version, writer)) {
        found.push(at.found('cli-older-than-config', { version, writer }));
      }
      if (runtime?.version !== undefined && runtime.version !== version) {
        const { unit, version: serviceVersion } = runtime;
        const params = { version, path: first.path, unit, serviceVersion };
        found.push(at.found('service-differs', params));
      }
      const shadowed = binaries.filter(
        (b) => b.onPath === true && b.version !== undefined && b.version !== version,
      );
      for (const other of shadowed) {
        const params = {
          path: first.path,
          version,
          other: other.path,
          otherVersion: other.version ?? '',
          managers: [...new Set([first.manager ?? 'unknown', other.manager ?? 'unknown'])],
        };
        // A gateway writes its version into the config: the other install is in use as well.
        const isUsed = writer !== undefined && writer === other.version;
        const differs = runtime?.version !== undefined && runtime.version !== version;
        const code = isUsed || differs ? 'two-on-path' : 'two-on-path-apart';
        found.push(at.found(code, params, { subject: `${id}#${other.path}` }));
      }
    }
    if (found.length > 0) return found;
    const container = credentials?.shell.container;
    if (container !== undefined) return [at.found('in-container', { container })];
    if (binaries.length === 0) return [at.found('none')];
    const others = binaries
      .filter((b) => b !== first && b.version !== version)
      .map((b) => `${b.version ?? 'an unknown version'} at ${b.path}`);
    if (!first) return [at.found('not-on-path', { others })];
    if (others.length > 0) {
      return [at.found('side-by-side', { version: version ?? 'an unknown version', others })];
    }
    const places = [...new Set(binaries.map((b) => b.path))];
    return [at.found('one-version', { version: version ?? 'of an unknown version', places })];
  },
});

/** A later fix of the same release is of the same family: OpenClaw compares the three numbers. */
function isOlder(version: string, writer: string): boolean {
  return compareVersions(version, writer) === -1;
}

/** Measured: 2026.9.6 refuses in any case; 2026.5.18 only with the marker that the installer sets. */
function refuses({ version = '', marked }: NonNullable<RuntimeFacts['service']>, writer: string) {
  const lines = linesOf(version);
  const known = lines.length > 0 && !lines.includes('2026.3');
  return known && isOlder(version, writer) && (marked || lines.every((l) => l === '2026.9'));
}
