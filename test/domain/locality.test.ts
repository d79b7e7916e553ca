import { describe, expect, it } from 'vitest';
import {
  hostLocality,
  modelLocality,
  takesLocalMarker,
  takesOllamaMarker,
} from '../../src/domain/openclaw/locality.js';
import { splitUrl } from '../../src/domain/openclaw/url.js';
import { unsetMark } from '../../src/model/mark.js';

/** Each row was asked of 2026.5.18 and 2026.9.6: would the run use a marker at this address? */
const measured: readonly (readonly [string, boolean, boolean, boolean, boolean])[] = [
  // URL, completions on 5 and 9, api "ollama" on 5 and 9
  ['http://127.0.0.1:11434', true, true, true, true],
  ['http://localhost:11434', true, true, true, true],
  ['http://[::1]:11434', true, true, true, true],
  ['http://0.0.0.0:11434', true, true, true, true],
  ['http://127.0.0.2:11434', false, true, false, true],
  ['http://192.168.77.5:11434', true, true, true, true],
  ['http://172.16.0.9:11434', true, true, true, true],
  ['http://172.32.0.9:11434', false, false, false, false],
  ['http://169.254.1.1:11434', false, false, false, false],
  ['http://ollama.local:11434', true, true, true, true],
  ['http://host.docker.internal:11434', false, true, false, true],
  ['http://100.64.0.9:11434', false, false, false, false],
  ['http://ollama-box:11434', false, false, true, true],
  ['http://[fd00::5]:11434', false, false, true, true],
  ['http://gpu.example.internal:11434', false, false, false, false],
  ['http://box.tail1234.ts.net:11434', false, false, false, false],
  ['https://api.example.com', false, false, false, false],
];

describe("OpenClaw's own predicates", () => {
  it.each(measured)('%s', (text, completions5, completions9, ollama5, ollama9) => {
    const url = splitUrl(text);
    expect(url).toBeDefined();
    expect([
      takesLocalMarker(url, '2026.5'),
      takesLocalMarker(url, '2026.9'),
      takesOllamaMarker(url, '2026.5'),
      takesOllamaMarker(url, '2026.9'),
    ]).toEqual([completions5, completions9, ollama5, ollama9]);
    expect(takesLocalMarker(url, '2026.3')).toBe(false);
  });
});

describe('where a model runs', () => {
  it.each([
    ['127.0.0.1', 'local'],
    ['10.1.2.3', 'local'],
    ['host.docker.internal', 'local'],
    ['gpu.local', 'local'],
    ['fd00::5', 'local'],
    ['100.100.1.1', 'private-remote'],
    ['box.ts.net', 'private-remote'],
    ['ollama-box', 'private-remote'],
    ['gpu.lan', 'private-remote'],
    ['gpu.home.arpa', 'private-remote'],
    ['api.openai.com', 'cloud'],
    ['8.8.8.8', 'cloud'],
  ])('host %s: %s', (host, locality) => {
    expect(hostLocality(host)).toBe(locality);
  });

  it.each([
    ['openai', 'gpt-5', undefined, undefined, 'cloud'],
    ['openai', 'm', 'http://127.0.0.1:8080', undefined, 'local'],
    ['local', 'm', 'https://api.example.com', undefined, 'cloud'],
    ['ollama', 'qwen3', undefined, undefined, 'local'],
    ['ollama', 'kimi-k2.5:cloud', undefined, undefined, 'cloud'],
    ['mine', 'gpt-oss:120b-cloud', 'http://127.0.0.1:11434', 'ollama', 'cloud'],
    ['mine', 'gpt-oss:120b-cloud', 'http://127.0.0.1:8080', 'openai-completions', 'local'],
    ['litellm', 'm', 'http://127.0.0.1:4000', undefined, 'unknown'],
    ['acme', 'm', undefined, undefined, 'unknown'],
  ])('%s/%s at %s', (provider, model, url, api, locality) => {
    const baseUrl = splitUrl(url);
    const entry = {
      id: provider,
      key: { mark: unsetMark('api-key') },
      models: [],
      ...(baseUrl ? { baseUrl } : {}),
      ...(api ? { api } : {}),
    };
    expect(modelLocality(provider, model, url || api ? entry : undefined)).toBe(locality);
  });

  it("takes a model's own address before its provider's", () => {
    const own = splitUrl('https://api.example.com');
    const baseUrl = splitUrl('http://127.0.0.1:1');
    expect(own && baseUrl).toBeDefined();
    if (!own || !baseUrl) return;
    const key = { mark: unsetMark('api-key') };
    const entry = { id: 'mine', key, baseUrl, models: [{ id: 'far', baseUrl: own }] };
    expect(modelLocality('mine', 'far', entry)).toBe('cloud');
    expect(modelLocality('mine', 'near', entry)).toBe('local');
  });
});
