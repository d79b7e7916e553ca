import { knowsEveryKey } from '../../src/domain/openclaw/known-keys.js';
import { versionsOf } from '../../src/domain/openclaw/versions.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'config/readable',
  stage: 'doctor',
  per: 'gateway',
  title: 'the gateway config is there, readable and free of unknown keys',
  about:
    "Reads the openclaw.json that the operator's own `openclaw` would use (OPENCLAW_HOME, OPENCLAW_STATE_DIR, OPENCLAW_CONFIG_PATH, profile). A file that does not parse, an include that is missing or a key that OpenClaw does not know, such as auth.tokn, makes it refuse the whole file: it does not start, and while it runs it keeps the settings of before and takes up no edit.",
  falsePositives:
    'A key that an OpenClaw newer than 2026.9.6 has added is reported as unknown, as a warning; compare it with `openclaw config validate`.',
  needs: ['gateway.config'],
  uses: ['gateway.credentials', 'gateway.state', 'host.install'],
  codes: {
    readable: {
      outcome: 'pass',
      text: '{path} is readable, and every key at its root and under gateway is one that OpenClaw knows',
    },
    'another-host': anotherHost,
    absent: {
      outcome: 'fail',
      text: 'there is no config at {path}, so the gateway does not start',
      next: ['use-this-config', 'repair-config'],
    },
    'not-ours': {
      outcome: 'fail',
      text: '{path} may not be read, though it belongs to this user ({reason})',
      next: ['repair-config'],
    },
    'not-a-file': {
      outcome: 'fail',
      text: '{path} is not a regular file, so no reader gets a config from it',
      next: ['repair-config'],
    },
    'too-large': {
      outcome: 'fail',
      text: '{path} is too large for a config and was not read',
      next: ['repair-config'],
    },
    'syntax-error': {
      outcome: 'fail',
      text: '{path} does not parse: the syntax breaks at {position}',
      next: ['repair-config'],
    },
    'not-an-object': {
      outcome: 'fail',
      text: '{path} holds something other than one object of settings',
      next: ['repair-config'],
    },
    'too-deep': {
      outcome: 'fail',
      text: '{path} is nested deeper than any config and was not followed to its end',
      next: ['repair-config'],
    },
    'include-broken': {
      outcome: 'fail',
      text: '{path} includes {include}, which is {state}',
      next: ['repair-config'],
    },
    'refused-key': {
      outcome: 'fail',
      text: '{key} is no key that OpenClaw knows{nearest}, so it refuses the whole config: it does not start with it, and while it runs it keeps the config of before',
      next: ['fix-unknown-key'],
    },
    'newer-key': {
      outcome: 'fail',
      text: '{key} is a key of OpenClaw 2026.9, and 2026.5 refuses the whole config for it: it does not start with it, and while it runs it keeps the config of before',
      next: ['remove-newer-key'],
    },
    'unknown-key': {
      outcome: 'warn',
      text: '{key} is no key of OpenClaw up to 2026.9.6{nearest}; if {version} does not know it either, it refuses the whole config',
      next: ['fix-unknown-key'],
    },
    'cli-in-container': {
      outcome: 'warn',
      text: 'OPENCLAW_CONTAINER is set, so `openclaw` runs in container {container} and reads another config than {path}',
      next: ['use-this-config'],
    },
    denied: {
      outcome: 'unknown',
      text: '{path} may not be read by this user ({reason}); run clawdoctor as the user who owns it to know what it says',
      next: ['run-as-owner'],
    },
    'not-read': {
      outcome: 'unknown',
      text: '{path} could not be read ({reason}); look again once it can be',
      next: ['look-again'],
    },
  },
  judge(at) {
    const config = at.get('gateway.config');
    const { file, parse } = config;
    const path = file.path;
    const reason = file.reason ?? file.state;
    if (file.state === 'absent') {
      return [isElsewhere(at.subject) ? at.found('another-host') : at.found('absent', { path })];
    }
    if (file.state === 'denied') {
      const ours = file.uid !== undefined && file.uid === at.run.uid;
      return [at.found(ours ? 'not-ours' : 'denied', { path, reason })];
    }
    if (file.state === 'not-a-file') return [at.found('not-a-file', { path })];
    if (file.state === 'too-large' || parse === 'too-large')
      return [at.found('too-large', { path })];
    if (file.state !== 'ok') return [at.found('not-read', { path, reason })];
    if (parse === 'invalid') {
      const { line, column } = config.errorAt ?? {};
      const position =
        line === undefined
          ? 'a place that could not be told'
          : `line ${line}, column ${column ?? 1}`;
      return [at.found('syntax-error', { path, position })];
    }
    if (parse !== 'ok') return [at.found(parse, { path })];
    const found = config.includes
      .filter((include) => include.state !== 'ok')
      .map((include) => {
        const params = { path, include: include.path, state: include.state };
        return at.found('include-broken', params, { subject: `${at.subject.id}#${include.path}` });
      });
    const newer = Object.values(versionsOf(at.facts, at.subject))
      .map(({ version }) => version)
      .find((version) => version !== undefined && !knowsEveryKey(version));
    for (const unknown of config.unknownKeys) {
      const nearest = unknown.nearest === undefined ? '' : ` (${unknown.nearest} is)`;
      const subject = `${at.subject.id}#${unknown.path}`;
      const params = { key: unknown.path, nearest };
      found.push(
        newer === undefined
          ? at.found('refused-key', params, { subject })
          : at.found('unknown-key', { ...params, version: newer }, { subject }),
      );
    }
    // Where a 2026.9 is installed too, it may be the one that reads this config next.
    const { server, cli } = versionsOf(at.facts, at.subject);
    const lines = [...server.lines, ...cli.lines];
    if (server.lines.length > 0 && lines.every((line) => line === '2026.5')) {
      for (const key of config.newerKeys ?? []) {
        found.push(at.found('newer-key', { key }, { subject: `${at.subject.id}#${key}` }));
      }
    }
    const credentials = at.look('gateway.credentials');
    const container = credentials?.state === 'ok' ? credentials.data?.shell.container : undefined;
    if (container !== undefined) found.push(at.found('cli-in-container', { container, path }));
    return found.length > 0 ? found : [at.found('readable', { path })];
  },
});
