import type { Supervisor } from '../../src/causes/remedies/supervisor.js';
import type { FactSet } from '../../src/model/fact-set.js';
import type { ServiceFacts } from '../../src/model/facts-gateway.js';
import type { Finding, Params } from '../../src/model/finding.js';
import { type Change, gateway, healthyGateway } from '../checks/facts-builder.js';

const home = '/home/x';

function unit(supervisor: ServiceFacts['supervisor'], name: string, path: string): Change {
  return (s) => {
    s.data['gateway.process'].environment.supervisor =
      supervisor === 'launchd' ? 'launchd' : 'systemd';
    const service: ServiceFacts = { supervisor, unit: name, path, environmentFiles: [] };
    s.data['gateway.credentials'].service = service;
    s.data['gateway.credentials'].services = [service];
  };
}

const compose: Change = (s) => {
  s.data['gateway.process'].sameStateDir = false;
  const file = { path: '~/openclaw/docker-compose.yml', state: 'ok' as const };
  s.data['gateway.credentials'].compose = {
    file,
    restart: 'unless-stopped',
    dotenv: file,
    environmentFiles: [],
    variables: [],
    ports: [18789],
  };
};

/** A gateway of 2026.5 under every supervisor that a remedy has to fit. */
export const supervisors: Readonly<Record<Supervisor, Change>> = {
  'systemd-user': unit(
    'systemd-user',
    'openclaw-gateway.service',
    '~/.config/systemd/user/openclaw-gateway.service',
  ),
  'systemd-system': unit(
    'systemd-system',
    'openclaw.service',
    '/etc/systemd/system/openclaw.service',
  ),
  launchd: unit(
    'launchd',
    'ai.openclaw.gateway',
    '~/Library/LaunchAgents/ai.openclaw.gateway.plist',
  ),
  container: compose,
  'by-hand': () => {},
};

export function factsUnder(kind: Supervisor, ...more: Change[]): FactSet {
  return healthyGateway('2026.5', (s) => {
    s.targets = s.targets.map((target) => ({
      ...target,
      home,
      stateDir: `${home}/.openclaw`,
      configPath: `${home}/.openclaw/openclaw.json`,
      uid: s.data.run.uid,
    }));
    for (const change of [supervisors[kind], ...more]) change(s);
  });
}

/** A finding with every parameter that makes some remedy offer a command. */
export function findingWith(params: Params = {}): Finding {
  return {
    check: 'storm/restarts',
    stage: 'status',
    code: 'storm',
    subject: gateway.id,
    outcome: 'fail',
    params: {
      path: '~/.openclaw/openclaw.json',
      file: '~/.secrets/gateway-token',
      mode: '0644',
      provider: 'house',
      requestId: '0e542b13-0335-43f0-a2fa-9e7b2358630f',
      ...params,
    },
    evidence: [],
    next: [],
    text: 'the gateway was started 8 times in 15 minutes',
  };
}
