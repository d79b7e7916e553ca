import { defineCheck } from '../../src/model/check.js';
import type { RegistryRoot } from '../../src/model/facts-sandbox.js';

export default defineCheck({
  id: 'sandbox/registry',
  stage: 'doctor',
  per: 'run',
  title: 'the sandbox registry is sound: names, ports and roots',
  about:
    'Reads sandboxes.json in every NemoClaw root. A row whose key is not its name, or two sandboxes on one dashboard port, sends clients to the gateway of another sandbox, which answers 401 to their token.',
  falsePositives: 'Rows that onboarding reserved and no sandbox stands behind are left out.',
  needs: [],
  uses: ['sandbox.registry'],
  codes: {
    sound: {
      outcome: 'pass',
      text: '{count} sandboxes are registered, each with a name and a port of its own',
    },
    'no-registry': {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'there is no NemoClaw registry on this host',
    },
    'registry-broken': {
      outcome: 'fail',
      text: '{path} does not parse as a registry ({state})',
      next: ['repair-registry'],
    },
    'name-differs': {
      outcome: 'fail',
      text: 'the row {key} of {path} names sandbox {name}, and NemoClaw refuses such a row',
      next: ['repair-registry'],
    },
    'port-invalid': {
      outcome: 'fail',
      text: 'sandbox {key} of {path} has a dashboard port that is no port',
      next: ['repair-registry'],
    },
    'port-shared': {
      outcome: 'fail',
      text: 'sandboxes {names} share the dashboard port {port}, so one of them is reached with the token of another',
      next: ['repair-registry'],
    },
    'default-missing': {
      outcome: 'warn',
      text: 'the default sandbox {name} of {path} is not registered',
      next: ['repair-registry'],
    },
    'registry-denied': {
      outcome: 'unknown',
      text: '{path} may not be read; run clawdoctor as the user who owns it to know its sandboxes',
      next: ['run-as-owner'],
    },
    'registry-not-read': {
      outcome: 'unknown',
      text: 'the registry could not be read ({reason}); look again once it can be',
      next: ['look-again'],
    },
  },
  judge(at) {
    const seen = at.look('sandbox.registry');
    if (seen?.state === 'absent') return [at.found('no-registry')];
    if (seen?.state !== 'ok' || !seen.data) {
      const reason = seen?.reason ?? seen?.state ?? 'it was not looked at';
      return [at.found('registry-not-read', { reason })];
    }
    const roots = seen.data.roots.filter((root) => root.parse !== 'absent');
    if (roots.length === 0) return [at.found('no-registry')];
    const found = [];
    for (const root of roots) {
      const path = root.file.path;
      const subject = (name: string) => ({ subject: `host#${path} ${name}` });
      if (root.parse === 'denied')
        found.push(at.found('registry-denied', { path }, subject('file')));
      else if (root.parse !== 'ok') {
        found.push(at.found('registry-broken', { path, state: root.parse }, subject('file')));
      }
      for (const row of realRows(root)) {
        if (row.name !== undefined && row.name !== row.key) {
          const params = { key: row.key, name: row.name, path };
          found.push(at.found('name-differs', params, subject(row.key)));
        }
        if (!row.dashboardPortValid) {
          found.push(at.found('port-invalid', { key: row.key, path }, subject(row.key)));
        }
      }
      const name = root.defaultSandbox;
      if (root.parse === 'ok' && name && !root.sandboxes.some((row) => row.key === name)) {
        found.push(at.found('default-missing', { name, path }, subject('default')));
      }
    }
    for (const [port, names] of sharedPorts(roots)) {
      found.push(at.found('port-shared', { port, names }, { subject: `host#${port}` }));
    }
    const count = roots.flatMap((root) => realRows(root)).length;
    return found.length > 0 ? found : [at.found('sound', { count })];
  },
});

function realRows(root: RegistryRoot): RegistryRoot['sandboxes'] {
  return root.sandboxes.filter((row) => !row.reservation);
}

/** Dashboard ports are one range for the whole host, over all roots; 0 means none. */
function sharedPorts(roots: readonly RegistryRoot[]): [number, string[]][] {
  const byPort = new Map<number, string[]>();
  for (const row of roots.flatMap((root) => realRows(root))) {
    if (!row.dashboardPort) continue;
    byPort.set(row.dashboardPort, [...(byPort.get(row.dashboardPort) ?? []), row.key]);
  }
  return [...byPort].filter(([, names]) => names.length > 1);
}
