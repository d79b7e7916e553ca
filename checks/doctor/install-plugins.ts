import { linesToJudge, versionsOf } from '../../src/domain/openclaw/versions.js';
import { defineCheck } from '../../src/model/check.js';
import type { PluginFacts } from '../../src/model/facts-installs.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'install/plugins',
  stage: 'doctor',
  per: 'gateway',
  title: 'every plugin that is registered is on disk and complete',
  about:
    'Follows plugins.load.paths of the config and the install records of 2026.5 (plugins/installs.json) to what is on disk. A load path that is gone stops 2026.5.18 at its next start; a plugin without its manifest or its entry file stops 2026.5.18 and 2026.9.6 (measured). A plugin that throws while it loads stops neither.',
  falsePositives:
    'A folder on a drive that is mounted later. Plugins that come with OpenClaw are not looked at.',
  needs: ['gateway.plugins'],
  uses: ['gateway.state', 'gateway.config', 'gateway.credentials', 'host.install'],
  codes: {
    'none-registered': {
      outcome: 'pass',
      text: 'no plugin from outside of OpenClaw is registered',
    },
    'switched-off': { outcome: 'pass', text: 'plugins.enabled is false: no plugin is loaded' },
    complete: { outcome: 'pass', text: 'every registered plugin is there: {plugins}' },
    'another-host': anotherHost,
    'path-gone': {
      outcome: 'fail',
      text: 'plugins.load.paths names {path}, which is not there: 2026.5 refuses the whole config and does not start',
      next: ['repair-plugins'],
    },
    'path-unavailable': {
      outcome: 'warn',
      text: 'plugins.load.paths names {path}, which is not there: the gateway starts without plugin {plugin}',
      next: ['repair-plugins'],
    },
    incomplete: {
      outcome: 'fail',
      text: 'plugin {plugin} at {path} has no {missing}: OpenClaw refuses the whole config and does not start',
      next: ['repair-plugins'],
    },
    'stale-record': {
      outcome: 'warn',
      text: 'plugin {plugin} is recorded as installed at {path}, which {fault}: it is not loaded',
      next: ['repair-plugins'],
    },
    'depends-on-version': {
      outcome: 'unknown',
      text: 'plugins.load.paths names {path}, which is not there: 2026.5 does not start with that and 2026.9 does; an openclaw on PATH would make the version known',
      next: ['look-again'],
    },
    'config-not-read': {
      outcome: 'unknown',
      text: 'the config could not be read, so what it registers is not known; config/readable says what would make it readable',
      next: ['run-as-owner'],
    },
    'not-seen': {
      outcome: 'unknown',
      text: '{path} may not be looked at, so whether plugin {plugin} is complete is not known; run clawdoctor as the user of the gateway',
      next: ['run-as-owner'],
    },
    'records-unreadable': {
      outcome: 'unknown',
      text: '{path} could not be read ({reason}), so what is recorded as installed is not known',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const config = at.look('gateway.config');
    if (config?.data?.parse !== 'ok') return [at.found('config-not-read')];
    const { disabled, plugins, records } = at.get('gateway.plugins');
    if (disabled) return [at.found('switched-off')];
    const lines = linesToJudge(versionsOf(at.facts, at.subject).server);
    const found = [];
    for (const plugin of plugins) {
      if (plugin.state === 'ok') continue;
      const subject = `${at.subject.id}#${plugin.path ?? plugin.id}`;
      const params = { plugin: plugin.id, path: plugin.path ?? '' };
      if (plugin.state === 'denied') found.push(at.found('not-seen', params, { subject }));
      else if (plugin.from === 'record') {
        if (plugin.enabled === false) continue;
        const fault = plugin.state === 'absent' ? 'is not there' : `has no ${missing(plugin)}`;
        found.push(at.found('stale-record', { ...params, fault }, { subject }));
      } else if (plugin.state === 'absent') {
        const strict = lines.filter((line) => line !== '2026.9');
        const code =
          strict.length === 0
            ? 'path-unavailable'
            : strict.length === lines.length
              ? 'path-gone'
              : 'depends-on-version';
        found.push(at.found(code, params, { subject }));
      } else {
        found.push(at.found('incomplete', { ...params, missing: missing(plugin) }, { subject }));
      }
    }
    if (records.state === 'denied' || records.state === 'error') {
      const params = { path: records.source, reason: records.state };
      found.push(at.found('records-unreadable', params));
    }
    if (found.length > 0) return found;
    const names = [...new Set(plugins.map((plugin) => plugin.id))];
    return [
      names.length === 0 ? at.found('none-registered') : at.found('complete', { plugins: names }),
    ];
  },
});

function missing({ state }: PluginFacts): string {
  return state === 'no-entry-file' ? 'entry file' : 'readable openclaw.plugin.json';
}
