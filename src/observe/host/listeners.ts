import { defaultGatewayPort } from '../../domain/endpoints.js';
import type { FactSet } from '../../model/fact-set.js';
import type { Listener } from '../../model/facts-host.js';
import type { Observer } from '../../model/observer.js';
import { errorCode, failureState } from '../files/error-code.js';
import { type ListenRow, readListening } from './proc-net.js';
import { readProcess } from './proc-process.js';
import { ownersOf } from './proc-sockets.js';

/** Who listens on the ports that this diagnosis is about; Linux only. */
export const listenersObserver: Observer<'host.listeners'> = {
  id: 'host.listeners',
  stage: 'status',
  uses: [
    'host.discovery',
    'gateway.config',
    'gateway.credentials',
    'proxy.files',
    'sandbox.registry',
  ],
  deadlineMs: 3000,
  async observe({ host, facts, signal }) {
    const { procRoot } = host;
    if (procRoot === undefined) return { state: 'unsupported', source: 'sockets', reason: noProc };
    const source = 'proc:net/tcp';
    let rows: ListenRow[];
    try {
      rows = await readListening(procRoot);
    } catch (error) {
      const code = errorCode(error);
      return {
        state: failureState(code),
        source,
        reason: `${code}; /proc/net/tcp must be readable`,
      };
    }
    const ports = portsOfInterest(facts);
    const wanted = rows.filter((row) => ports.has(row.port));
    const owners = await ownersOf(procRoot, new Set(wanted.map((row) => row.inode)), signal);
    const listeners = await Promise.all(
      wanted.map((row) => listenerOf(procRoot, row, owners.get(row.inode))),
    );
    listeners.sort((a, b) => a.port - b.port || (a.address < b.address ? -1 : 1));
    const ownersKnown = listeners.every((listener) => listener.pid !== undefined);
    return { state: 'ok', source, data: { listeners, ownersKnown } };
  },
};

/** Why nothing of /proc is known on this platform. */
export const noProc =
  'this platform has no /proc; run clawdoctor on the Linux host itself to know it';

async function listenerOf(
  procRoot: string,
  row: ListenRow,
  pid: number | undefined,
): Promise<Listener> {
  const { address, port, uid } = row;
  const owner = pid === undefined ? undefined : await readProcess(procRoot, pid);
  return {
    address,
    port,
    uid,
    ...(pid === undefined ? {} : { pid }),
    ...(owner ? { comm: owner.comm } : {}),
  };
}

/** Every port that a target, a client's URL or a proxy names; port+2 is 2026.5's browser control. */
function portsOfInterest(facts: FactSet): Set<number> {
  const ports = new Set<number>();
  const add = (port: number | undefined): void => {
    if (port !== undefined && port > 0) ports.add(port);
  };
  const addGateway = (port: number | undefined): void => {
    add(port);
    if (port !== undefined) add(port + 2);
  };
  for (const target of facts.targets) {
    if (target.kind === 'gateway') addGateway(target.port ?? defaultGatewayPort);
    else add(target.port);
  }
  for (const { data } of facts.all('gateway.config')) {
    addGateway(data?.port);
    add(data?.remote?.url?.port);
  }
  for (const { data } of facts.all('gateway.credentials')) {
    addGateway(data?.shell.port);
    add(data?.shell.url?.port);
    add(data?.dotenv.url?.port);
    addGateway(data?.service?.port);
  }
  for (const { data } of facts.all('proxy.files')) {
    add(data?.port);
    add(data?.backendPort);
  }
  for (const root of facts.all('sandbox.registry').flatMap((o) => o.data?.roots ?? [])) {
    for (const row of root.sandboxes) add(row.dashboardPort);
  }
  return ports;
}
