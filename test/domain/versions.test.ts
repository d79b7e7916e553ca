import { describe, expect, it } from 'vitest';
import { linesOf, versionsOf } from '../../src/domain/openclaw/versions.js';
import { type Change, gateway, healthyGateway } from '../checks/facts-builder.js';

describe('linesOf', () => {
  it.each([
    ['2026.3.11', ['2026.3']],
    ['2026.5.18', ['2026.5']],
    ['2026.9.6', ['2026.9']],
    ['v2026.9.6', ['2026.9']],
    ['2026.7.1', ['2026.5', '2026.9']],
    ['2026.4.2', ['2026.3', '2026.5']],
    ['2026.9.6-beta.1', ['2026.9']],
    ['2026.1.30', ['2026.3']],
    ['2025.12.1', ['2026.3']],
    ['2026.10.1', ['2026.9']],
    ['2027.1.4', ['2026.9']],
    ['', []],
    ['dev', []],
    ['1.2.3', []],
    ['2026', []],
    ['2026.123.1', []],
  ])('of %s are %j', (version, lines) => expect(linesOf(version)).toEqual(lines));
});

const without =
  (...ids: string[]): Change =>
  (s) => {
    for (const id of ids) delete (s.data as Record<string, unknown>)[id];
  };
const all = ['probe.handshake', 'gateway.process', 'gateway.state', 'host.install'];

describe('versionsOf', () => {
  it('believes the gateway first', () => {
    const facts = healthyGateway('2026.5', (s) => {
      s.data['probe.handshake'].serverVersion = '2026.9.6';
    });
    expect(versionsOf(facts, gateway).server).toMatchObject({
      lines: ['2026.9'],
      version: '2026.9.6',
    });
    expect(versionsOf(facts, gateway).cli).toMatchObject({
      lines: ['2026.5'],
      version: '2026.5.18',
    });
  });

  it('narrows a vague process by the state directory', () => {
    const facts = healthyGateway('2026.9', (s) => {
      without('probe.handshake', 'host.install')(s);
      s.data['gateway.process'].lines = ['2026.5', '2026.9'];
    });
    expect(versionsOf(facts, gateway).server.lines).toEqual(['2026.9']);
  });

  it('does not let a stale writer overrule the process, nor name its version', () => {
    const facts = healthyGateway('2026.9', (s) => {
      without('probe.handshake')(s);
      s.data['gateway.config'].writerVersion = '2026.5.18';
    });
    const { server } = versionsOf(facts, gateway);
    expect(server.lines).toEqual(['2026.9']);
    expect(server.version).toBeUndefined();
  });

  it('takes the only install for a hint of the server, and several for none', () => {
    const one = healthyGateway(
      '2026.5',
      without('probe.handshake', 'gateway.process', 'gateway.state'),
    );
    expect(versionsOf(one, gateway).server.lines).toEqual(['2026.5']);
    const two = healthyGateway('2026.5', (s) => {
      without('probe.handshake', 'gateway.process', 'gateway.state')(s);
      s.data['host.install'].binaries.push({
        path: '/b',
        realPath: '/b',
        version: '2026.9.6',
        first: false,
      });
    });
    expect(versionsOf(two, gateway).server.lines).toEqual([]);
    expect(versionsOf(two, gateway).cli.lines).toEqual(['2026.5']);
  });

  it("takes the CLI to be of the server's version when none is on PATH, and says so", () => {
    const { cli } = versionsOf(healthyGateway('2026.9', without('host.install')), gateway);
    expect(cli.lines).toEqual(['2026.9']);
    expect(cli.evidence).toEqual(["no openclaw on PATH: the server's version is assumed"]);
  });

  it('knows nothing without a clue', () => {
    const { server, cli } = versionsOf(healthyGateway('2026.9', without(...all)), gateway);
    expect(server).toEqual({ lines: [], evidence: [] });
    expect(cli.lines).toEqual([]);
  });
});
