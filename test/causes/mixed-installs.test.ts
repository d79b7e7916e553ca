import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { explain } from '../../src/causes/explain.js';
import { judge } from '../../src/engine/judge.js';
import type { NodeFacts, RuntimeFacts } from '../../src/model/facts-installs.js';
import type { Line } from '../../src/model/target.js';
import { type Change, healthyGateway } from '../checks/facts-builder.js';

function incidentsOf(line: Line, ...changes: Change[]) {
  const facts = healthyGateway(line, (s) => {
    for (const change of changes) change(s);
  });
  return judge(facts.observations, checks, explain).incidents;
}

const node = (version: string): NodeFacts => ({ path: '/usr/bin/node', state: 'ok', version });
const cli =
  (version: string, engines?: string, runs?: NodeFacts): Change =>
  (s) => {
    const first = s.data['host.install'].binaries[0];
    if (first) {
      Object.assign(
        first,
        { version, onPath: true },
        engines && { engines },
        runs && { node: runs },
      );
    }
  };
const service =
  (version: string, runs?: NodeFacts): Change =>
  (s) => {
    const found: RuntimeFacts['service'] = {
      unit: 'openclaw-gateway.service',
      version,
      engines: '>=22.19.0',
      marked: true,
      ...(runs ? { node: runs } : {}),
    };
    s.data['gateway.runtime'] = { service: found };
  };
const written =
  (version: string): Change =>
  (s) => {
    s.data['gateway.config'].writerVersion = version;
  };
const down: Change = (s) => {
  s.data['gateway.process'].found = 'none';
  s.data['host.listeners'].listeners = [];
};

describe('CLAW-122', () => {
  it('is a service that refuses the config of a newer CLI', () => {
    const found = incidentsOf('2026.5', cli('2026.9.6'), service('2026.5.18'), written('2026.9.6'));
    const mixed = found.find((incident) => incident.code === 'CLAW-122');
    expect(mixed?.confidence).toBe('sure');
    expect(mixed?.explains.join('\n')).toContain('install/binaries service-older-than-config');
    expect(mixed?.remedies.map((remedy) => remedy.id)).toContain('reinstall-service');
  });

  it('takes the gateway that is down for its effect', () => {
    const found = incidentsOf(
      '2026.5',
      cli('2026.5.18', '>=22.19.0', node('22.23.3')),
      service('2026.5.18', node('20.19.0')),
      down,
    );
    const mixed = found.find((incident) => incident.code === 'CLAW-122');
    expect(mixed?.explains.join('\n')).toContain('process/gateway nothing-listens');
    expect(mixed?.story.join(' ')).toContain('with Node 20.19.0');
  });

  it('is a CLI that its Node cannot run beside a gateway of another version', () => {
    const found = incidentsOf('2026.9', cli('2026.5.18', '>=22.19.0', node('18.20.8')));
    expect(found.map((incident) => incident.code)).toContain('CLAW-122');
  });

  it.each<[string, Change[]]>([
    ['two versions that work', [cli('2026.5.18'), service('2026.9.6')]],
    [
      'two Nodes that work',
      [cli('2026.5.18', '>=22.19.0', node('24.1.0')), service('2026.5.18', node('22.19.0'))],
    ],
    ['one install on one Node, which is too old', [cli('2026.5.18', '>=22.19.0', node('20.19.0'))]],
    ['a config of an older version', [cli('2026.9.6'), service('2026.9.6'), written('2026.5.18')]],
  ])('is not: %s', (_what, changes) => {
    const sameVersion: Change = (s) => {
      s.data['probe.handshake'].serverVersion = '2026.5.18';
    };
    const found = incidentsOf('2026.5', sameVersion, ...changes);
    expect(found.map((incident) => incident.code)).not.toContain('CLAW-122');
  });
});
