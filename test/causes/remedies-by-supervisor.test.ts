import { describe, expect, it } from 'vitest';
import { buildRemedy, remedyCatalogue } from '../../src/causes/remedies/index.js';
import type { Supervisor } from '../../src/causes/remedies/supervisor.js';
import type { Change } from '../checks/facts-builder.js';
import { factsUnder, findingWith, supervisors } from './supervisors.js';

const kinds = Object.keys(supervisors) as Supervisor[];
const user = ['systemctl', '--user'];
const agent = 'gui/1000/ai.openclaw.gateway';
const file = '/home/x/openclaw/docker-compose.yml';
const compose = ['docker', 'compose', '-f', file];

function commandOf(id: string, kind: Supervisor, ...more: Change[]): string[] | undefined {
  const facts = factsUnder(kind, asUser, ...more);
  return buildRemedy(id, { facts, finding: findingWith() }).command;
}
const asUser: Change = (s) => {
  s.data.run.uid = 1000;
  s.targets = s.targets.map((target) => ({ ...target, uid: 1000 }));
};
const ofAnother: Change = (s) => {
  s.targets = s.targets.map((target) => ({ ...target, uid: 1001 }));
};

describe.each<[string, Record<Supervisor, string[] | undefined>]>([
  [
    'restart-gateway',
    {
      'systemd-user': [...user, 'restart', 'openclaw-gateway.service'],
      'systemd-system': ['systemctl', 'restart', 'openclaw.service'],
      launchd: ['launchctl', 'kickstart', '-k', agent],
      container: [...compose, 'restart', 'openclaw-gateway'],
      'by-hand': undefined,
    },
  ],
  [
    'start-gateway',
    {
      'systemd-user': [...user, 'start', 'openclaw-gateway.service'],
      'systemd-system': ['systemctl', 'start', 'openclaw.service'],
      launchd: ['launchctl', 'kickstart', agent],
      container: [...compose, 'up', '-d', 'openclaw-gateway'],
      'by-hand': undefined,
    },
  ],
  [
    'stop-storm',
    {
      'systemd-user': [...user, 'stop', 'openclaw-gateway.service'],
      'systemd-system': ['systemctl', 'stop', 'openclaw.service'],
      launchd: ['launchctl', 'bootout', agent],
      container: [...compose, 'stop', 'openclaw-gateway'],
      'by-hand': undefined,
    },
  ],
  [
    // What bootout has unloaded, kickstart does not find.
    'start-after-storm',
    {
      'systemd-user': [...user, 'start', 'openclaw-gateway.service'],
      'systemd-system': ['systemctl', 'start', 'openclaw.service'],
      launchd: [
        'launchctl',
        'bootstrap',
        'gui/1000',
        '/home/x/Library/LaunchAgents/ai.openclaw.gateway.plist',
      ],
      container: [...compose, 'up', '-d', 'openclaw-gateway'],
      'by-hand': undefined,
    },
  ],
  [
    // Elsewhere it would be a second service for the same port.
    'reinstall-service',
    {
      'systemd-user': ['openclaw', 'gateway', 'install', '--force'],
      'systemd-system': undefined,
      launchd: ['openclaw', 'gateway', 'install', '--force'],
      container: undefined,
      'by-hand': undefined,
    },
  ],
  [
    // A restart alone keeps the flag of the unit.
    'stop-flag-override',
    {
      'systemd-user': undefined,
      'systemd-system': undefined,
      launchd: undefined,
      container: undefined,
      'by-hand': undefined,
    },
  ],
])('%s', (id, table) => {
  it.each(kinds)('fits %s', (kind) => {
    expect(commandOf(id, kind)).toEqual(table[kind]);
  });

  it.each(['systemd-user', 'launchd'] as const)(
    'is in words alone for a gateway of another user under %s, whose manager is not ours',
    (kind) => {
      expect(commandOf(id, kind, ofAnother)).toBeUndefined();
    },
  );
});

const foreign: Record<Supervisor, RegExp> = {
  'systemd-user': /^(launchctl|docker|systemctl (?!--user))/,
  'systemd-system': /^(launchctl|docker|systemctl --user)/,
  launchd: /^(systemctl|docker)/,
  container: /^(systemctl|launchctl)/,
  'by-hand': /^(systemctl|launchctl|docker)/,
};

describe.each(kinds)('every remedy under %s', (kind) => {
  it.each(Object.keys(remedyCatalogue))('%s can be copied unchanged, or has no command', (id) => {
    const remedy = buildRemedy(id, { facts: factsUnder(kind), finding: findingWith() });
    const texts = [remedy.title, remedy.postcondition, remedy.why, remedy.risk, remedy.undo];
    expect(texts.filter((text) => text.trim() === '' || /undefined|\[object/.test(text))).toEqual(
      [],
    );
    expect(remedy.verify.command[0]).toBe('clawdoctor');
    const { command = [] } = remedy;
    expect(command.filter((word) => word === '' || /^~|<\w+>|`/.test(word))).toEqual([]);
    expect(command.join(' ')).not.toMatch(foreign[kind]);
  });
});

describe('a restart by hand', () => {
  it('leaves the variable out where the config names the secret', () => {
    const { postcondition } = buildRemedy('restart-gateway', {
      facts: factsUnder('by-hand'),
      finding: findingWith(),
    });
    expect(postcondition).toContain('without OPENCLAW_GATEWAY_TOKEN in its environment');
  });

  it('keeps the environment where the secret is nowhere else', () => {
    const unset: Change = (s) => {
      s.data['gateway.config'].token = { mark: { state: 'unset', kind: 'token', flags: [] } };
    };
    const { postcondition } = buildRemedy('restart-gateway', {
      facts: factsUnder('by-hand', unset),
      finding: findingWith(),
    });
    expect(postcondition).not.toContain('without OPENCLAW_GATEWAY_TOKEN');
    expect(postcondition).toContain('with the environment that it had');
  });
});

describe('the one connect that mends a device', () => {
  it.each([
    [['operator.pairing'], ['openclaw', 'devices', 'list']],
    [
      ['operator.read', 'operator.pairing'],
      ['openclaw', 'gateway', 'call', 'health'],
    ],
    [[], ['openclaw', 'gateway', 'call', 'health']],
  ])('with %j asks for nothing that is not approved', (scopes, command) => {
    const paired: Change = (s) => {
      const pairing = s.data['gateway.pairing'];
      pairing.store = 'json';
      pairing.identity.rows = [{ deviceId: 'd1', idMatchesKey: true }];
      pairing.paired.rows =
        scopes.length === 0
          ? []
          : [
              {
                deviceId: 'd1',
                clientId: 'cli',
                roles: ['operator'],
                approvedScopes: scopes,
                tokens: [],
              },
            ];
    };
    expect(commandOf('connect-once', 'by-hand', paired)).toEqual(command);
  });
});
