import { satisfiesRange } from '../../src/domain/openclaw/node-range.js';
import { defineCheck } from '../../src/model/check.js';
import type { NodeFacts } from '../../src/model/facts-installs.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'install/node',
  stage: 'doctor',
  per: 'gateway',
  title: 'the Node of the CLI and of the service is one that their OpenClaw runs with',
  about:
    'Compares `engines.node` of each package with the Node that it would start with: the one in its first line, in the unit, or the first on PATH. With another one OpenClaw ends before it reads its config (2026.5.18 below 22.19; 2026.9.6 outside of 24.16 to 24.x and 26.1 on), which looks like a gateway that is down. Versions are read from files beside the program; no Node is run.',
  falsePositives:
    'A Node whose folder was renamed, or whose headers are of another one: `node --version` tells.',
  needs: ['host.install'],
  uses: ['gateway.runtime'],
  codes: {
    satisfied: {
      outcome: 'pass',
      text: 'Node {node} is in the range of OpenClaw {version} ({engines})',
    },
    'nothing-here': {
      outcome: 'pass',
      text: 'no CLI on PATH and no unit of this host starts OpenClaw for this gateway',
    },
    'not-told': {
      outcome: 'pass',
      text: '{who}: {why}, so the range is not compared; `node --version` tells',
    },
    'another-host': anotherHost,
    'cli-unsupported': {
      outcome: 'fail',
      text: 'the CLI {path} ({version}) needs Node {engines} and would run with {node} ({nodePath}): its commands end at once',
      next: ['use-supported-node'],
    },
    'service-unsupported': {
      outcome: 'fail',
      text: '{unit} starts OpenClaw {version}, which needs Node {engines}, with {node} ({nodePath}): the gateway does not start',
      next: ['use-supported-node', 'reinstall-service'],
    },
    'service-node-differs': {
      outcome: 'warn',
      text: '{unit} runs with Node {node} of a version manager ({nodePath}), and the shell has moved on to {shell}: when the manager removes the former, the gateway does not start again',
      next: ['reinstall-service'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const { binaries, shellNode } = at.get('host.install');
    const service = at.look('gateway.runtime')?.data?.service;
    const first = binaries.find((binary) => binary.first);
    const found = [];
    // The CLI of this shell is the one of the primary gateway: said once.
    if (first && at.subject.primary) {
      const { path, version = 'of an unknown version', engines } = first;
      const more = { subject: `${at.subject.id}#cli` };
      const known = compared(first.node, engines);
      if ('why' in known) found.push(at.found('not-told', { who: path, why: known.why }, more));
      else {
        const code = known.fits ? 'satisfied' : 'cli-unsupported';
        found.push(at.found(code, { ...known.params, path, version }, more));
      }
    }
    if (service) {
      const { unit, version = 'of an unknown version', engines, node } = service;
      const more = { subject: `${at.subject.id}#service` };
      const known = compared(node, engines);
      const shell = shellNode?.version;
      if ('why' in known) {
        found.push(at.found('not-told', { who: unit, why: known.why }, more));
      } else if (!known.fits) {
        found.push(at.found('service-unsupported', { ...known.params, unit, version }, more));
      } else if (
        shell !== undefined &&
        shell !== known.params.node &&
        isManaged(node?.path ?? '')
      ) {
        found.push(at.found('service-node-differs', { ...known.params, unit, shell }, more));
      } else {
        found.push(at.found('satisfied', { ...known.params, version }, more));
      }
    }
    return found.length > 0 ? found : [at.found('nothing-here')];
  },
});

type Compared =
  | { fits: boolean; params: { node: string; nodePath: string; engines: string } }
  | { why: string };

function compared(node: NodeFacts | undefined, engines: string | undefined): Compared {
  if (engines === undefined) return { why: 'its package names no range of Node' };
  if (node === undefined) return { why: 'which Node it starts with is not known' };
  if (node.state === 'absent') {
    return { why: `${node.path} is not there, which service/units reports` };
  }
  if (node.version === undefined) {
    return { why: `nothing beside ${node.path} tells which version it is` };
  }
  const fits = satisfiesRange(node.version, engines);
  if (fits === undefined) return { why: `the range ${engines} is of an unknown form` };
  return { fits, params: { node: node.version, nodePath: node.path, engines } };
}

/** A folder that nvm, fnm, asdf, mise or volta adds and removes by version. */
function isManaged(path: string): boolean {
  return /\/(\.nvm|\.?fnm|\.asdf|mise|\.volta)\//.test(path);
}
