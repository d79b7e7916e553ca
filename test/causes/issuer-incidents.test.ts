import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { explain } from '../../src/causes/explain.js';
import { judge } from '../../src/engine/judge.js';
import type { Report } from '../../src/model/report.js';
import { type Change, healthyGateway, put, set, source, url } from '../checks/facts-builder.js';
import { both, expectIssuer, issuer, live, provider, token } from '../checks/issuer-rows.js';

function report(...changes: Change[]): Report {
  return judge(healthyGateway('2026.9', both(...changes)).observations, checks, explain);
}

const jwtOf =
  (iss: string, aud = 'https://gw.example.com'): Change =>
  (s) =>
    put(s, source('config', { ...set(1), jwt: { alg: 'ES256', iss, aud: [aud] } }));
const chatFor =
  (audience: string, origin: string): Change =>
  (s) => {
    s.data['gateway.config'].googlechat = [
      {
        path: 'channels.googlechat',
        enabled: true,
        audienceState: 'url',
        audienceType: 'app-url',
        audience: url(audience),
      },
    ];
    s.data['gateway.config'].publicOrigin = url(origin);
  };

const codes = ({ incidents }: Report) => incidents.map((i) => `${i.code} ${i.confidence}`);

describe('CLAW-107 audience mismatch', () => {
  it('is likely by declaration: Google Chat signs for another name', () => {
    const found = report(chatFor('https://old.example.com/googlechat', 'https://gw.example.com'));
    expect(codes(found)).toEqual(['CLAW-107 likely']);
    expect(found.plan.map((step) => step.id)).toContain('set-audience');
  });

  it('is sure when the issuer signed for somebody else', () => {
    const found = report(
      expectIssuer({ issuer, audience: 'https://gw.example.com' }),
      jwtOf(issuer, 'https://other.example.com'),
      live([provider()], [token({ jwt: { alg: 'ES256', aud: ['https://other.example.com'] } })]),
    );
    expect(codes(found)).toEqual(['CLAW-107 sure']);
    expect(found.incidents[0]?.explains).toHaveLength(2);
    expect(found.plan.map((step) => step.id)).toContain('renew-jwt-for-audience');
  });

  it('is not raised for a Google Chat that fits, nor for one without an audience', () => {
    const fits = chatFor('https://gw.example.com/googlechat', 'https://gw.example.com');
    expect(codes(report(fits))).toEqual([]);
    const without: Change = (s) => {
      s.data['gateway.config'].googlechat = [
        { path: 'channels.googlechat', enabled: true, audienceState: 'unset' },
      ];
    };
    expect(codes(report(without))).toEqual([]);
  });
});

describe('CLAW-108 issuer mismatch', () => {
  it('is likely by declaration', () => {
    const found = report(
      expectIssuer(),
      jwtOf('https://old.example.com'),
      live([provider({ state: 'not-asked' })]),
    );
    expect(codes(found)).toEqual(['CLAW-108 likely']);
    expect(found.plan.map((step) => step.id)).toContain('renew-jwt');
  });

  it('is sure when the expected issuer answers for itself', () => {
    const found = report(expectIssuer(), jwtOf('https://old.example.com'), live([provider()]));
    expect(codes(found)).toEqual(['CLAW-108 sure']);
  });

  it('is sure when the issuer calls itself otherwise', () => {
    const found = report(
      expectIssuer(),
      live([provider({ discovered: 'https://login.example.com' })]),
    );
    expect(codes(found)).toEqual(['CLAW-108 sure']);
  });

  it('is not raised for rotated keys or an expired token of the right issuer', () => {
    const found = report(
      expectIssuer(),
      jwtOf(issuer),
      live([provider()], [token({ signature: 'key-unknown' })]),
    );
    expect(codes(found)).toEqual([]);
    expect(found.plan.map((step) => step.id)).toContain('renew-jwt');
    expect(found.exitCode).toBe(1);
  });
});

describe('a healthy identity provider', () => {
  it('is silent', () => {
    const found = report(
      expectIssuer({ issuer, audience: 'https://gw.example.com' }),
      jwtOf(issuer),
      live([provider()], [token()]),
    );
    const own = found.findings.filter((f) => /^(issuer|audience)\//.test(f.check));
    expect(own.map((f) => `${f.check} ${f.code}`)).toEqual([
      'issuer/declared declared',
      'audience/declared declared',
      'issuer/live reachable',
      'issuer/live verified',
      'audience/live verified',
    ]);
    expect(found.incidents).toEqual([]);
  });

  it('of a Cloudflare team whose name holds a dot is silent', () => {
    const found = report((s) => {
      s.data['gateway.config'].cloudflareIssuer = url('https://acme.fed.cloudflareaccess.com');
    });
    expect(found.findings.filter((f) => f.check === 'issuer/declared').map((f) => f.code)).toEqual([
      'declared',
    ]);
  });
});
