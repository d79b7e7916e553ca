import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { explain } from '../../src/causes/explain.js';
import { judge } from '../../src/engine/judge.js';
import type { ServiceFacts } from '../../src/model/facts-service.js';
import type { Report } from '../../src/model/report.js';
import { type Change, gateway, healthyGateway, nowMs } from '../checks/facts-builder.js';

function report(...changes: Change[]): Report {
  const facts = healthyGateway('2026.9', (s) => {
    for (const change of changes) change(s);
  });
  return judge(facts.observations, checks, explain);
}

const minute = 60_000;
const starts =
  (count: number, apart: number): Change =>
  (s) => {
    s.data['gateway.boots'].boots = Array.from({ length: count }, (_, i) => ({
      startedAtMs: nowMs - 1000 - (count - 1 - i) * apart,
      completedAtMs: nowMs - 500 - (count - 1 - i) * apart,
      outcome: 'startup_failed',
      crashLoop: false,
    }));
  };
const down: Change = (s) => {
  s.data['gateway.process'].found = 'none';
  s.data['host.listeners'].listeners = [];
  s.data['gateway.readiness'].health = { kind: 'refused', status: 0 };
  s.data['probe.anonymous'].answer = { kind: 'refused', status: 0 };
  s.data['probe.credentials'].attempts = [];
  s.data['probe.credentials'].notTried = 'storm';
  s.data['probe.handshake'].outcome = 'not-tried';
  s.data['probe.handshake'].notTried = 'no-live-credential';
};
const service =
  (more: Partial<ServiceFacts>): Change =>
  (s) => {
    s.data['gateway.process'].environment.supervisor =
      more.supervisor === 'launchd' ? 'launchd' : 'systemd';
    const unit: ServiceFacts = {
      supervisor: 'systemd-user',
      unit: 'openclaw-gateway.service',
      path: '~/.config/systemd/user/openclaw-gateway.service',
      environmentFiles: [],
      policy: { restart: 'always', delayMs: 5000, preventExitStatus: [] },
      ...more,
    };
    s.data['gateway.credentials'].service = unit;
    s.data['gateway.credentials'].services = [unit];
  };
const container: Change = (s) => {
  s.targets = s.targets.map((target) => ({ ...target, home: '/home/x' }));
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

describe('CLAW-113, the restart storm', () => {
  it('explains what a gateway that comes and goes shows, before any credential', () => {
    const told = report(starts(6, minute), down, service({}));
    expect(told.incidents.map((i) => [i.code, i.confidence])).toEqual([['CLAW-113', 'sure']]);
    expect(told.incidents[0]?.explains).toContain(`process/gateway nothing-listens ${gateway.id}`);
    expect(told.plan.map((step) => step.id)).toEqual(
      expect.arrayContaining(['stop-storm', 'limit-restarts', 'verify-all']),
    );
    expect(told.plan[0]?.id).toBe('stop-storm');
    expect(told.plan.some((step) => step.effect === 'rotates-credential')).toBe(false);
  });

  it('blocks the credential probes, even while the gateway answers', () => {
    const told = report(starts(6, minute));
    const of = (id: string) => told.findings.find((f) => f.check === id);
    for (const id of ['probe/credentials', 'probe/handshake', 'scopes/read']) {
      expect(of(id)).toMatchObject({ outcome: 'skip', blockedBy: 'storm/restarts' });
    }
  });

  it.each<[string, Change, string[] | undefined]>([
    ['a user unit', service({}), ['systemctl', '--user', 'stop', 'openclaw-gateway.service']],
    [
      'a system unit',
      service({ supervisor: 'systemd-system' }),
      ['systemctl', 'stop', 'openclaw-gateway.service'],
    ],
    [
      'launchd',
      service({ supervisor: 'launchd', unit: 'ai.openclaw.gateway' }),
      ['launchctl', 'bootout', 'gui/1000/ai.openclaw.gateway'],
    ],
    [
      'a container',
      container,
      [
        'docker',
        'compose',
        '-f',
        '/home/x/openclaw/docker-compose.yml',
        'stop',
        'openclaw-gateway',
      ],
    ],
    ['nobody but a person', () => {}, undefined],
  ])('is stopped with the supervisor in use: %s', (_name, change, command) => {
    const told = report(starts(6, minute), change);
    expect(told.plan.find((step) => step.id === 'stop-storm')?.command).toEqual(command);
  });

  it('is none when the starts are spread over a day', () => {
    expect(report(starts(12, 120 * minute)).incidents).toEqual([]);
  });

  it('is none for an unlimited restart policy alone', () => {
    const told = report(service({}));
    expect(told.incidents).toEqual([]);
    expect(told.findings.filter((f) => f.outcome === 'fail')).toEqual([]);
  });
});

const pressed: Change = (s) => {
  s.data['host.pressure'].memorySome10 = 40;
};
const groupPressed: Change = (s) => {
  s.data['host.pressure'].groups = [
    { of: gateway.id, version: 2, limitBytes: 1e9, usedBytes: 0.99e9, oomKills: 2 },
  ];
};
const missed: Change = (s) => {
  s.data['probe.handshake'].outcome = 'timeout';
  delete s.data['probe.handshake'].read;
};
const refused: Change = (s) => {
  s.data['probe.credentials'].attempts = [
    { class: 1, slot: 'token', sources: ['config'], why: 'predicted', outcome: 'refused' },
  ];
};

describe('CLAW-117, memory pressure that looks like drift', () => {
  it.each<[string, Change]>([
    ['the host', pressed],
    ['the control group of the gateway', groupPressed],
  ])('needs a live credential, a missed deadline and pressure on %s', (_name, change) => {
    const told = report(change, missed);
    expect(told.incidents.map((i) => [i.code, i.confidence])).toEqual([['CLAW-117', 'possible']]);
    expect(told.plan.map((step) => step.id)).toContain('relieve-memory');
  });

  it.each<[string, Change[]]>([
    ['no deadline was missed', [pressed]],
    ['there is no pressure', [missed]],
    ['the credential is refused', [pressed, missed, refused]],
    [
      'another group is pressed',
      [
        missed,
        (s) => {
          s.data['host.pressure'].groups = [
            { of: 'gateway:1', version: 2, limitBytes: 1e9, usedBytes: 0.99e9 },
          ];
        },
      ],
    ],
  ])('is none when %s', (_name, changes) => {
    expect(report(...changes).incidents.map((i) => i.code)).not.toContain('CLAW-117');
  });
});
