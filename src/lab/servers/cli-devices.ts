import { CallFailed, callGateway, targetOf } from './cli-client.js';
import type { Cli } from './cli-context.js';
import { below, isRecord, type Json, strings } from './json.js';
import { approve, type Paired, type Pending, redacted, union } from './pairing.js';
import { pairingFiles } from './pairing-files.js';

interface Listed {
  pending: Json[];
  paired: Json[];
}

const fallbackNotice = 'Direct scope access failed; using local fallback.';

/** `openclaw devices list|approve|reject|remove`, `devices revoke --device ID --role ROLE`. */
export async function devices(
  cli: Cli,
  verb: string,
  id: string | undefined,
  role: string | undefined,
): Promise<number> {
  if (verb === 'list') {
    const listed = await list(cli);
    cli.out(cli.json ? JSON.stringify(listed, null, 2) : summary(listed));
    return 0;
  }
  if (id === undefined) {
    cli.err('requestId required: run `openclaw devices list`');
    return 1;
  }
  if (verb === 'approve') return approveRequest(cli, id);
  if (verb === 'revoke') {
    await callGateway(cli, 'device.token.revoke', { deviceId: id, role: role ?? 'operator' });
    cli.out(`Revoked ${id}`);
    return 0;
  }
  const key = verb === 'remove' ? 'deviceId' : 'requestId';
  await callGateway(cli, `device.pair.${verb}`, { [key]: id });
  cli.out(`${verb === 'remove' ? 'Removed' : 'Rejected'} ${id}`);
  return 0;
}

/** Through the gateway; 2026.5 reads its files when the gateway asks for pairing. */
async function list(cli: Cli): Promise<Listed> {
  try {
    const answer = await callGateway(cli, 'device.pair.list', {});
    return { pending: rows(below(answer).pending), paired: rows(below(answer).paired) };
  } catch (error) {
    if (!mayFallBack(cli, error)) throw error;
    if (!cli.json) cli.out(fallbackNotice);
    const store = pairingFiles(cli.paths.stateDir);
    const pending = Object.values<Pending>(store.pending()).map((row) => ({ ...row }));
    return { pending, paired: Object.values<Paired>(store.paired()).map(redacted) };
  }
}

function rows(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function mayFallBack(cli: Cli, error: unknown): error is CallFailed {
  const local = cli.line === '2026.5' && targetOf(cli).source === 'local loopback';
  return local && error instanceof CallFailed && error.pairing;
}

/**
 * As 2026.5.18: asks the gateway with `operator.pairing` and the scopes that it would grant. The
 * gateway refuses that for the same reason, and its refusal replaces the request unless that one
 * names exactly these scopes; only an unreplaced request is then approved in the files.
 */
async function approveRequest(cli: Cli, id: string): Promise<number> {
  const listed = await list({ ...cli, json: true });
  const request = listed.pending.find((row) => row.requestId === id);
  const scopes = request && union(['operator.pairing'], strings(request.scopes));
  try {
    const answer = await callGateway(cli, 'device.pair.approve', { requestId: id }, scopes);
    return approved(cli, id, below(answer, 'device').deviceId);
  } catch (error) {
    if (!mayFallBack(cli, error)) throw error;
    cli.err(
      `gateway connect failed: GatewayClientRequestError: scope upgrade pending approval (requestId: ${error.requestId ?? ''})`,
    );
    const device = approve(pairingFiles(cli.paths.stateDir), id);
    if (device === undefined) {
      cli.err('unknown requestId');
      return 1;
    }
    if (!cli.json) cli.out(fallbackNotice);
    return approved(cli, id, device.deviceId);
  }
}

function approved(cli: Cli, requestId: string, deviceId: unknown): number {
  const shown = String(deviceId ?? 'ok');
  cli.out(
    cli.json
      ? JSON.stringify({ requestId, device: { deviceId: shown } }, null, 2)
      : `Approved ${shown} (${requestId})`,
  );
  return 0;
}

function summary({ pending, paired }: Listed): string {
  const line = (row: Json, id: unknown) =>
    `  ${String(id)}  ${String(row.clientId)}  ${strings(row.scopes).join(', ')}`;
  return [
    `Pending (${pending.length})`,
    ...pending.map((row) => line(row, row.requestId)),
    `Paired (${paired.length})`,
    ...paired.map((row) => line(row, row.deviceId)),
  ].join('\n');
}
