import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import completeness from '../../checks/doctor/profiles-completeness.js';
import storeCheck from '../../checks/doctor/profiles-store.js';
import { judgeCheck } from '../../src/engine/judge-check.js';
import type { FactSet } from '../../src/model/fact-set.js';
import type { Line, Target } from '../../src/model/target.js';
import { agentStoreObserver } from '../../src/observe/files/agent-store.js';
import { modelConfigObserver } from '../../src/observe/files/model-config.js';
import { sharedStoreObserver } from '../../src/observe/files/shared-store.js';
import { factSetOf, healthySituation } from '../checks/facts-builder.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const provider = {
  baseUrl: 'https://api.acme.example/v1',
  api: 'openai-completions',
  models: [{ id: 'one' }],
};
const config = (agents: string[]) => ({
  models: { providers: { acme: provider } },
  agents: { defaults: { model: 'acme/one' }, list: agents.map((id) => ({ id })) },
});
const good = {
  version: 1,
  profiles: { 'acme:default': { type: 'api_key', provider: 'acme', key: 'sk-good-0123456789' } },
};

/** Real files, real observers, and the checks that judge what they saw. */
async function judged(
  home: string,
  agents: string[],
  line: Line = '2026.5',
): Promise<{ store: string[]; completeness: string[]; facts: FactSet }> {
  await put(join(home, '.openclaw', 'openclaw.json'), config(agents));
  const situation = healthySituation(line);
  const context = gatewayContext(home);
  const uid = context.host.uid;
  const target: Target = { ...context.target, uid };
  situation.targets = [target];
  if (situation.data.run) situation.data.run.uid = uid;
  const models = await modelConfigObserver.observe(context);
  const shared = await sharedStoreObserver.observe(context);
  if (models.state === 'ok') situation.data['gateway.models'] = models.data;
  if (shared.state === 'ok') situation.data['gateway.shared-store'] = shared.data;
  else situation.failed['gateway.shared-store'] = shared;
  for (const agent of agents) {
    const of = gatewayContext(home, { agent });
    situation.targets.push(of.target);
    const result = await agentStoreObserver.observe(of);
    if (result.state !== 'ok') throw new Error(result.reason);
    situation.more.push({ id: 'agent.store', target: of.target.id, data: result.data });
  }
  const facts = factSetOf(situation);
  const codes = (check: typeof storeCheck | typeof completeness) =>
    judgeCheck(check, facts, []).map((finding) => finding.code);
  return { store: codes(storeCheck), completeness: codes(completeness), facts };
}

const storeOf = (home: string, agent: string) =>
  join(home, '.openclaw', 'agents', agent, 'agent', 'auth-profiles.json');

describe('stores on disk, judged', () => {
  it.each<[string, unknown, string, string]>([
    ['as OpenClaw writes it', good, 'sound', 'complete'],
    ['cut off', JSON.stringify(good).slice(0, 60), 'truncated', 'store-unusable'],
    [
      'a flat map',
      { acme: { type: 'api_key', key: 'sk-good-0123456789' } },
      'wrong-shape',
      'store-unusable',
    ],
    [
      'mode and apiKey',
      { profiles: { a: { mode: 'api_key', provider: 'acme', apiKey: 'sk-good-0123456789' } } },
      'aliases',
      'complete',
    ],
    [
      'an expired token',
      { profiles: { a: { type: 'token', provider: 'acme', token: 'tok-0123456789', expires: 1 } } },
      'sound',
      'credential-expired',
    ],
    [
      'an unset keyRef',
      {
        profiles: {
          a: {
            type: 'api_key',
            provider: 'acme',
            keyRef: { source: 'env', provider: 'default', id: 'ACME_KEY_UNSET' },
          },
        },
      },
      'sound',
      'model-without-credential',
    ],
    [
      'no entry for it',
      { profiles: { a: { type: 'api_key', provider: 'other', key: 'sk-good-0123456789' } } },
      'sound',
      'model-without-credential',
    ],
    [
      'an entry of no type',
      { profiles: { a: { provider: 'acme', key: 'sk-good-0123456789' } } },
      'entries-dropped',
      'model-without-credential',
    ],
  ])('%s', async (_, content, storeCode, code) => {
    const home = await temporaryHome();
    await put(storeOf(home, 'main'), content);
    const found = await judged(home, ['main']);
    expect(found.store).toEqual([storeCode]);
    expect(found.completeness).toEqual([code]);
  });

  it('mode 000 is what its user cannot read, whoever looks', async () => {
    const home = await temporaryHome();
    await put(storeOf(home, 'main'), good);
    await chmod(storeOf(home, 'main'), 0);
    const found = await judged(home, ['main']);
    // Root reads everything, and so does a gateway that runs as root.
    const asRoot = process.getuid?.() === 0;
    expect(found.store).toEqual([asRoot ? 'sound' : 'unreadable']);
  });

  it.each<[string, Line, string, string[]]>([
    ['only main has a store on 2026.5', '2026.5', 'main', ['complete']],
    ['only helper has a store on 2026.5', '2026.5', 'helper', ['model-without-credential']],
    [
      '2026.9 refuses what earlier lines wrote',
      '2026.9',
      'main',
      ['store-unusable', 'model-without-credential'],
    ],
  ])('%s', async (_, line, owner, codes) => {
    const home = await temporaryHome();
    await put(storeOf(home, owner), good);
    const found = await judged(home, ['main', 'helper'], line);
    expect(found.completeness).toEqual(codes);
  });
});
