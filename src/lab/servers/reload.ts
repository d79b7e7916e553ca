import { watchFile } from 'node:fs';
import { environmentOf, readConfig } from './config.js';
import type { GatewayState } from './context.js';
import { resolveAuth } from './credentials.js';
import type { Flags } from './gateway-flags.js';
import { below, type Json } from './json.js';
import { limiterOf } from './limiter.js';
import { revisionOf } from './rpc.js';
import type { SharedState } from './shared-state.js';
import { configRecord, loosen, recordAccepted } from './state-files.js';

/** Records a config as the one that was last found good. */
export function accepted(
  { paths, line }: GatewayState,
  shared: SharedState | undefined,
  text: string,
  config: Json,
): void {
  const record = configRecord(paths, text, config);
  shared?.saveHealth(paths.configPath, record);
  if (line === '2026.9') return;
  recordAccepted(paths, record);
  loosen(paths.stateDir);
}

/** Takes up an edit in well under a second, unless `gateway.reload.mode` is off. */
export function watchConfig(
  state: GatewayState,
  flags: Flags,
  shared: SharedState | undefined,
  loaded: string | undefined,
  authChanged: () => void,
): void {
  const { paths, line, log } = state;
  const off = below(state.config, 'gateway', 'reload').mode === 'off';
  let seen = loaded;
  const look = () => {
    void (async () => {
      const read = await readConfig(paths.configPath);
      if (read === undefined || read.text === seen) return;
      seen = read.text;
      const env = environmentOf(process.env, paths.stateDir);
      const auth = resolveAuth(read.value, env, flags, line);
      // A generated token stays the one of this start.
      const next = auth.generated && state.auth.generated ? state.auth : auth;
      const changed = next.mode !== state.auth.mode || next.secret !== state.auth.secret;
      const edited = changed ? `gateway.auth.${next.mode}` : 'agents';
      log('gateway/reload', 'INFO', `config change detected; evaluating reload (${edited})`);
      // What is recorded follows the edit even when the process does not.
      accepted(state, shared, read.text, read.value);
      if (off) {
        log('gateway/reload', 'INFO', 'config reload disabled (gateway.reload.mode=off)');
        return;
      }
      Object.assign(state, {
        config: read.value,
        auth: next,
        appliedHash: revisionOf(read.text),
        limiter: limiterOf(read.value, line),
      });
      if (changed && line === '2026.5') logRestart(state, edited);
      else log('gateway/reload', 'INFO', `config hot reload applied (${edited})`);
      if (changed) authChanged();
    })().catch(() => log('gateway/reload', 'WARN', 'config reload skipped (invalid config)'));
  };
  watchFile(paths.configPath, { interval: 150 }, look);
  // An edit before the watcher's first look would not be a change to it.
  setTimeout(look, 200).unref();
}

/** 2026.5 restarts in its process for a changed secret. */
function logRestart({ log }: GatewayState, edited: string): void {
  log('gateway/reload', 'INFO', `config change requires gateway restart (${edited})`);
  for (const text of ['signal SIGUSR1 received', 'received SIGUSR1; restarting', 'gateway ready'])
    log('gateway', 'INFO', text);
}
