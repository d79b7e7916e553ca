import { gatewayPort, listensAt } from '../../src/domain/endpoints.js';
import { winners } from '../../src/domain/openclaw/precedence.js';
import { lockNames, lockPort } from '../../src/domain/ownership.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'process/gateway',
  stage: 'status',
  per: 'gateway',
  title: 'the process on the gateway port is the gateway of this config',
  about:
    'Finds the owner of the listening socket, and by its environment the config and state directory that it reads. A gateway of another HOME, a foreign program or a tunnel on the port answers 401 to a token that is right for this config.',
  falsePositives:
    'A gateway that was stopped on purpose. One that was started with --allow-unconfigured or --port differs from its config knowingly.',
  needs: [],
  uses: [
    'gateway.process',
    'gateway.config',
    'gateway.credentials',
    'gateway.state',
    'host.install',
    'host.listeners',
  ],
  answeredBy: ['probe/credentials'],
  codes: {
    'owned-by-openclaw': {
      outcome: 'pass',
      text: 'process {pid} listens on port {port} and reads this config',
    },
    'named-by-lock': {
      outcome: 'pass',
      text: 'a valid lock file names process {pid}, port {port} and this config',
    },
    'another-host': anotherHost,
    'nothing-listens': {
      outcome: 'fail',
      text: 'nothing listens on port {port}{because}',
      next: ['start-gateway'],
    },
    'listens-elsewhere': {
      outcome: 'fail',
      text: 'nothing listens on port {port}: the gateway of this config (process {pid}) uses port {lockPort}',
      next: ['agree-on-port', 'use-this-config'],
    },
    'other-config': {
      outcome: 'fail',
      text: 'process {pid} on port {port} is a gateway of another config: {configPath}',
      next: ['use-this-config', 'stop-foreign-listener'],
    },
    'other-state-dir': {
      outcome: 'fail',
      text: 'process {pid} on port {port} reads this config and keeps its state in {stateDir}',
      next: ['use-this-config'],
    },
    'foreign-program': {
      outcome: 'fail',
      text: 'process {pid} on port {port} is {comm}, not an OpenClaw Gateway',
      next: ['stop-foreign-listener', 'start-gateway'],
    },
    tunnel: {
      outcome: 'fail',
      text: 'process {pid} on port {port} is a tunnel ({comm}): what answers is on another host',
      next: ['stop-foreign-listener', 'use-this-config'],
    },
    'owner-hidden': {
      outcome: 'unknown',
      text: 'something listens on port {port}, and its owner may not be seen ({reason}); run clawdoctor as the user of the gateway to know which config it reads',
      next: ['run-as-owner'],
    },
    'port-not-known': {
      outcome: 'unknown',
      text: 'the config does not parse, so the port of this gateway is not known, and no lock or listener of it tells; repair the config to know',
      next: ['repair-config'],
    },
    'not-determined': {
      outcome: 'unknown',
      text: 'the owner of port {port} could not be looked up ({reason}); look again where /proc can be read',
      next: ['look-again'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const port = gatewayPort(at.facts, at.subject);
    const seen = at.look('gateway.process');
    if (seen?.state !== 'ok' || !seen.data) {
      const reason = seen?.reason ?? 'it was not looked at';
      return [at.found('not-determined', { port, reason })];
    }
    const process = seen.data;
    const { lock } = process;
    const pid = process.pid ?? lock?.pid ?? null;
    const comm = process.comm ?? 'a program without a name';
    const listens = listensAt(at.facts, port);
    // The default port is only a guess then: whoever is there, or nobody, says nothing of this gateway.
    const isIts = process.found === 'socket' && process.sameConfig === true;
    if (at.subject.portAssumed && !isIts) return [at.found('port-not-known')];
    if (process.found === 'none' || (process.found === 'lock' && !listens)) {
      const elsewhere = lockPort(process);
      if (elsewhere !== undefined && elsewhere !== port) {
        return [at.found('listens-elsewhere', { port, pid, lockPort: elsewhere })];
      }
      if (listens !== undefined) return [nothingListens()];
      if (!lockNames(process, port, listens)) {
        const why = at.look('host.listeners')?.reason ?? 'the listeners were not looked at';
        return [at.found('not-determined', { port, reason: why })];
      }
    }
    if (process.kind === 'tunnel') return [at.found('tunnel', { port, pid, comm })];
    if (process.kind === 'foreign') return [at.found('foreign-program', { port, pid, comm })];
    const lockFits = lockNames(process, port, listens);
    if (process.sameConfig === false && !(lockFits && process.found !== 'socket')) {
      const configPath = process.configPath ?? 'one that could not be told';
      return [at.found('other-config', { port, pid, configPath })];
    }
    if (process.sameStateDir === false) {
      const stateDir = process.stateDir ?? 'another directory';
      return [at.found('other-state-dir', { port, pid, stateDir })];
    }
    if (process.found === 'socket' && process.kind === 'openclaw' && process.sameConfig) {
      return [at.found('owned-by-openclaw', { port, pid })];
    }
    if (lockFits) return [at.found('named-by-lock', { port, pid })];
    const reason = process.environment.reason ?? 'the socket shows no owner';
    return [at.found('owner-hidden', { port, reason })];

    function nothingListens() {
      if (lock?.alive && lock.sameConfig) {
        // On its way up, hung, or restarting in place: the same process either way.
        const because = `, though process ${lock.pid} holds the lock of this config`;
        const next = ['look-again', 'restart-gateway'];
        return at.found('nothing-listens', { port, because, variable: null }, { next });
      }
      const { because, variable, remedies } = whyDown();
      const next = [...remedies, 'start-gateway'];
      return at.found('nothing-listens', { port, because, variable }, { next });
    }

    /** Nothing listens: do the rules say that this gateway cannot start? */
    function whyDown(): { because: string; variable: string | null; remedies: string[] } {
      const all = winners('server', at.facts, at.subject).all;
      const refusals = all.filter((w) => w.outcome === 'refuses-to-start');
      const [first] = refusals;
      if (!first) return { because: '', variable: null, remedies: [] };
      const says = refusals.length === all.length ? 'because' : 'perhaps because';
      const because = `, ${says} the gateway cannot start: ${first.rule}`;
      const variable = first.reference ?? null;
      const usual =
        variable === null ? ['choose-auth-mode'] : ['set-variable', 'write-plain-token'];
      const remedies = [...(first.remedies ?? usual)];
      return { because, variable, remedies };
    }
  },
});
