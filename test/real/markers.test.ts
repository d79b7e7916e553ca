import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsWith, finished, runClawdoctor } from './harness/clawdoctor.js';
import { type Config, configFor, writeConfig } from './harness/config.js';
import { cleanUp, startGateway } from './harness/gateway.js';
import { freePort, makeHome } from './harness/home.js';
import { expectFirst, planned } from './harness/incidents.js';
import { ensureOpenClaw, openClawLines } from './harness/install.js';

const model = 'qwen3:8b';

/** A keyless server of the house with the key that OpenClaw's own guide names, and a cloud model behind it. */
function models(baseUrl: string, api: string, fallbacks: string[]): Config {
  const entry = { id: model, name: model, input: ['text'], contextWindow: 32_768, maxTokens: 4096 };
  return {
    models: {
      providers: { 'ollama-remote': { baseUrl, api, apiKey: 'ollama-local', models: [entry] } },
    },
    agents: { defaults: { model: { primary: `ollama-remote/${model}`, fallbacks } } },
  };
}

describe.each(openClawLines)('a marker key in the config of OpenClaw %s', (line) => {
  const token = randomBytes(24).toString('hex');
  let home: string;
  let port: number;

  beforeAll(async () => {
    home = await makeHome();
    port = await freePort();
    const config = configFor({ line, port, mode: 'token', token });
    await startGateway({ line, home, port, config });
  });
  afterAll(cleanUp);

  // The running gateway takes the edit up by itself; the checks are of what is on disk.
  const configure = (extra: Config) =>
    writeConfig(home, configFor({ line, port, mode: 'token', token, extra }));

  it('for a single-label host is CLAW-103, and its remedy’s command ends it', async () => {
    const url = 'http://ollama-box:11434/v1';
    await configure(models(url, 'openai-completions', ['openai/gpt-4.1-mini']));
    const diagnosed = await runClawdoctor({ line, home, env: { OPENAI_API_KEY: 'sk-none' } });
    expectFirst(diagnosed, 'CLAW-103');
    const story = diagnosed.report.incidents[0]?.story.join(' ') ?? '';
    expect(story).toContain('ollama-remote');
    expect(story).toContain('openai/gpt-4.1-mini');
    const { command: [file = '', ...argv] = [] } = planned(diagnosed, 'use-literal-key');
    const { bin } = await ensureOpenClaw(line);
    const env = { HOME: home, PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, TMPDIR: `${home}/tmp` };
    const ran = await finished(file, argv, { env, cwd: home });
    expect(ran.code, ran.stderr).toBe(0);
    const { report } = await runClawdoctor({ line, home });
    expect(report.incidents.map((i) => i.code)).toEqual([]);
    expect(findingsWith(report, 'fail')).toEqual([]);
  });

  it.each([
    ['http://127.0.0.1:11434', 'ollama'],
    ['http://127.0.0.1:11434/v1', 'openai-completions'],
    // `models status` says "missing" here, yet the request goes out with the marker (facts.md, section 10).
    ['http://ollama-box:11434', 'ollama'],
  ])('for %s over %s does no harm', async (url, api) => {
    await configure(models(url, api, []));
    const { report, exitCode } = await runClawdoctor({ line, home });
    expect(report.incidents.map((i) => i.code)).toEqual([]);
    const about = findingsWith(report, 'fail', 'warn').filter((t) =>
      /^(profiles|fallback)\//.test(t),
    );
    expect(about).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
