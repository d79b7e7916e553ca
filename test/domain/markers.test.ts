import { describe, expect, it } from 'vitest';
import { isMarker, markerClass } from '../../src/domain/openclaw/markers.js';

describe('markerClass', () => {
  it.each([
    ['ollama-local', 'local', 'local', 'local'],
    [' ollama-local ', 'local', 'local', 'local'],
    ['custom-local', undefined, 'local', 'local'],
    ['lmstudio-local', undefined, 'plugin', 'local'],
    ['apple-fm-local', undefined, undefined, 'local'],
    ['qwen-oauth', 'oauth', undefined, undefined],
    ['minimax-oauth', 'oauth', 'plugin', 'oauth'],
    ['secretref-managed', 'managed', 'managed', 'managed'],
    ['oauth:chutes', undefined, 'oauth', 'oauth'],
    ['secretref-env:X', undefined, undefined, 'managed'],
    ['AWS_PROFILE', 'aws', 'aws', 'aws'],
    ['OPENAI_API_KEY', 'env-name', 'env-name', 'env-name'],
    ['AZURE_API_KEY', 'env-name', 'env-name', 'env-name'],
    ['Ollama-Local', undefined, undefined, undefined],
    ['dummy', undefined, undefined, undefined],
    ['constructor', undefined, undefined, undefined],
    ['', undefined, undefined, undefined],
  ] as const)('%j', (text, v3, v5, v9) => {
    expect([
      markerClass(text, '2026.3'),
      markerClass(text, '2026.5'),
      markerClass(text, '2026.9'),
    ]).toEqual([v3, v5, v9]);
    expect(isMarker(text)).toBe([v3, v5, v9].some((found) => found !== undefined));
  });
});
