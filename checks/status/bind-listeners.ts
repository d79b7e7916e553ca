import { gatewayPort, listenersAt } from '../../src/domain/endpoints.js';
import { covers, gatewayAddresses, isDirect, reachOf } from '../../src/domain/openclaw/bind.js';
import { identityUrls } from '../../src/domain/openclaw/identity.js';
import { isLoopbackHost, urlText } from '../../src/domain/openclaw/url.js';
import { linesToJudge, versionsOf } from '../../src/domain/openclaw/versions.js';
import { defineCheck } from '../../src/model/check.js';
import type { FactSet } from '../../src/model/fact-set.js';
import type { Target } from '../../src/model/target.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'bind/listeners',
  stage: 'status',
  per: 'gateway',
  title: 'the gateway listens where its config says and where its URLs point',
  about:
    'Compares the real listen addresses of the gateway port, IPv4 and IPv6, with gateway.bind and with the URLs that clients use. Clients of an address on which nothing or somebody else listens see refused connections, timeouts or the 401 of another program.',
  falsePositives:
    'A listener on port+2 is the browser control of the gateway itself and is left out. `--bind` on the command line overrides the config.',
  needs: ['host.listeners', 'gateway.config'],
  uses: [
    'gateway.credentials',
    'gateway.process',
    'gateway.state',
    'gateway.exposure',
    'host.expectations',
    'host.install',
  ],
  blockedBy: [
    {
      check: 'process/gateway',
      codes: [
        'nothing-listens',
        'listens-elsewhere',
        'port-not-known',
        'foreign-program',
        'tunnel',
        'other-config',
      ],
    },
  ],
  codes: {
    'as-declared': {
      outcome: 'pass',
      text: 'bind {bind} is declared, and {addresses} listen on port {port}',
    },
    'by-default': {
      outcome: 'pass',
      text: 'no bind is declared, and {addresses} listen on port {port}',
    },
    'another-host': anotherHost,
    'wider-than-declared': {
      outcome: 'fail',
      text: 'bind {bind} is declared, and the gateway listens on {addresses}',
      next: ['restart-gateway', 'bind-to-address'],
    },
    'narrower-than-declared': {
      outcome: 'fail',
      text: 'bind {bind} is declared, and the gateway listens on {addresses} only',
      next: ['restart-gateway', 'bind-to-address'],
    },
    'advertised-not-listening': {
      outcome: 'fail',
      text: '{source} sends clients to {url}, and port {port} listens on {addresses} only',
      next: ['align-client-url', 'bind-to-address'],
    },
    'two-owners': {
      outcome: 'fail',
      text: 'port {port} has several owners (processes {pids}): localhost reaches one or the other',
      next: ['stop-foreign-listener'],
    },
    'control-port-taken': {
      outcome: 'warn',
      text: 'process {pid} listens on port {controlPort}, which the browser control of this gateway needs (port + 2): neither a second gateway nor another program belongs there',
      next: ['separate-ports'],
    },
    'no-listener': {
      outcome: 'unknown',
      text: 'no listener on port {port} is to be seen from here; look where the gateway runs (its container or network namespace)',
      next: ['look-again'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const config = at.get('gateway.config');
    const port = gatewayPort(at.facts, at.subject);
    const addresses = gatewayAddresses(at.facts, at.subject);
    const reach = reachOf(addresses);
    if (reach === 'none') return [at.found('no-listener', { port })];
    const bind = config.bind ?? 'not set';
    const params = { bind, port, addresses };
    const found = [];
    const owners = listenersAt(at.facts, port).map((listener) => listener.pid);
    const pids = [...new Set(owners.filter((pid) => pid !== undefined))];
    if (pids.length > 1) found.push(at.found('two-owners', { port, pids: pids.map(String) }));
    if (config.bind === 'loopback' && reach !== 'loopback') {
      found.push(at.found('wider-than-declared', params));
    }
    const host = config.bind === 'custom' ? config.customBindHost : undefined;
    const missing =
      host !== undefined && !isLoopbackHost(host) && covers(addresses, host) === false;
    if ((config.bind === 'lan' && reach === 'loopback') || missing) {
      found.push(at.found('narrower-than-declared', params));
    }
    const taken = controlPortOwner(at.facts, at.subject);
    if (taken !== undefined) {
      found.push(at.found('control-port-taken', { pid: taken, controlPort: port + 2 }));
    }
    for (const { source, url, use } of identityUrls(at.facts, at.subject)) {
      if (use !== 'client' || !isDirect(url, port, config)) continue;
      if (covers(addresses, url.host) !== false) continue;
      const more = { ...params, source, url: urlText(url) };
      const subject = { subject: `${at.subject.id}#${source}` };
      found.push(at.found('advertised-not-listening', more, subject));
    }
    if (found.length > 0) return found;
    return [at.found(config.bind === undefined ? 'by-default' : 'as-declared', params)];
  },
});

/**
 * The process on port + 2, when that is not this gateway: 2026.3 and 2026.5 put their browser
 * control there, 2026.9 has none (measured).
 */
function controlPortOwner(facts: FactSet, gateway: Target): number | undefined {
  const port = gatewayPort(facts, gateway);
  const lines = linesToJudge(versionsOf(facts, gateway).server);
  if (lines.length === 0 || lines.includes('2026.9')) return undefined;
  const own = facts.data('gateway.process', gateway.id)?.pid;
  if (own === undefined) return undefined;
  return listenersAt(facts, port + 2).find((l) => l.pid !== undefined && l.pid !== own)?.pid;
}
