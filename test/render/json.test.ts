import { describe, expect, it } from 'vitest';
import { renderJson } from '../../src/render/json.js';
import { failingReport } from './reports.js';

/** The same value with every object's keys the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

describe('renderJson', () => {
  it('is the report, with one line break at the end', () => {
    const text = renderJson(failingReport());
    expect(JSON.parse(text)).toEqual(failingReport());
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('writes the keys in the order of the contract', () => {
    const keys = Object.keys(JSON.parse(renderJson(failingReport())) as object);
    expect(keys.join(' ')).toBe(
      'schemaVersion tool run targets verdict exitCode closable notClosable incidents plan checks ' +
        'findings credentials identity attempts stages history',
    );
  });

  it('does not depend on the order in which objects were built', () => {
    const report = failingReport();
    expect(renderJson(reversed(report) as typeof report)).toBe(renderJson(report));
  });
});
