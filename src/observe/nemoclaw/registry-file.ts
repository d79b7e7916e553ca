import { cleanText, cleanTexts, isRecord, member } from '../../domain/clean.js';
import type { RegistryRoot, SandboxRow } from '../../model/facts-sandbox.js';
import type { ObserverContext } from '../../model/observer.js';
import { readRegularFile, tilde } from '../files/read-file.js';
import type { NemoclawRoot } from './roots.js';

/** NemoClaw's own cap on sandboxes.json. */
const maxBytes = 16 << 20;
const mostRows = 1000;

/** The registry of one root, by the strict reader's rules; a broken row is reported, not believed. */
export async function readRegistry(
  root: NemoclawRoot,
  { host, signal }: Pick<ObserverContext, 'host' | 'signal'>,
): Promise<RegistryRoot> {
  const path = `${root.path}/sandboxes.json`;
  const options = { maxBytes, home: host.home, signal, allowSymlink: false };
  const { facts: file, bytes } = await readRegularFile(path, options);
  const common = { path: tilde(root.path, host.home), gatewayPort: root.gatewayPort, file };
  if (!bytes) {
    const { state } = file;
    const parse =
      state === 'absent' || state === 'denied' || state === 'too-large' ? state : 'invalid';
    return { ...common, parse, sandboxes: [] };
  }
  const value = parseJson(bytes);
  const rows = member(value, 'sandboxes');
  if (!isRecord(value) || (rows !== undefined && !isRecord(rows))) {
    return { ...common, parse: 'invalid', sandboxes: [] };
  }
  const defaultSandbox = cleanText(member(value, 'defaultSandbox'));
  return {
    ...common,
    parse: 'ok',
    ...(defaultSandbox ? { defaultSandbox } : {}),
    sandboxes: Object.keys(rows ?? {})
      .slice(0, mostRows)
      .map((key) => sandboxRow(key, member(rows, key))),
  };
}

function sandboxRow(key: string, row: unknown): SandboxRow {
  const text = (name: string): string | undefined => cleanText(member(row, name));
  const dashboard = member(row, 'dashboardPort');
  const gateway = member(row, 'gatewayPort');
  const texts = {
    name: text('name'),
    provider: text('provider'),
    model: text('model'),
    gatewayName: text('gatewayName'),
    agent: text('agent'),
  };
  return {
    key: cleanText(key) ?? '',
    ...Object.fromEntries(Object.entries(texts).filter((entry) => entry[1] !== undefined)),
    // 0 stands for none; null and absent do, too.
    ...(isPort(dashboard) && dashboard > 0 ? { dashboardPort: dashboard } : {}),
    dashboardPortValid: dashboard === undefined || dashboard === null || isPort(dashboard),
    ...(isPort(gateway) && gateway > 0 ? { gatewayPort: gateway } : {}),
    policies: cleanTexts(member(row, 'policies')),
    reservation: Boolean(member(row, 'pendingRouteReservation')),
  };
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 65_536;
}

/** Undefined for anything that is not JSON, nested too deep for the parser included. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
