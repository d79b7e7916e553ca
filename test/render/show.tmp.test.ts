import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { renderTerminal } from '../../src/render/terminal.js';
import { failingReport, healthyReport } from './reports.js';

it('shows', () => {
  for (const [n, r] of [
    ['f', failingReport()],
    ['h', healthyReport()],
  ] as const)
    for (const columns of [72, 40])
      for (const [k, o] of [
        ['c', { color: true, unicode: true }],
        ['a', { color: false, unicode: false }],
      ] as const)
        for (const verbose of [false, true])
          writeFileSync(
            `/tmp/surf-${n}-${columns}-${k}${verbose ? '-v' : ''}.txt`,
            renderTerminal(r, {
              columns,
              ...o,
              verbose,
              evidence:
                '~/.local/state/clawdoctor/evidence/clawdoctor-20261120T025812Z-7QK2.tar.gz',
              ...(n === 'f' && k === 'a'
                ? {
                    banner:
                      'LAB: this is a staged deployment, not your host. | Scenario: ollama-proxy-token-divergence',
                  }
                : {}),
            }),
          );
});
