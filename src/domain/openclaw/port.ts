export const defaultGatewayPort = 18789;

/** A TCP port, or undefined. */
export function portNumber(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined;
  return value >= 1 && value <= 65_535 ? value : undefined;
}

/** OPENCLAW_GATEWAY_PORT as OpenClaw reads it: `18789`, `host:18789`, `[::1]:18789`. */
export function portText(value: string | undefined): number | undefined {
  const match = /^(?:\[[^\]]+\]:|[^:]+:)?(\d{1,5})$/.exec(value?.trim() ?? '');
  return match ? portNumber(Number(match[1])) : undefined;
}
