import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cleanText, member } from '../../domain/clean.js';
import type { StateFacts } from '../../model/facts-gateway.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { readStateDatabase, stateDatabasePath } from '../sqlite/state-database.js';
import { directoryFacts, fileFacts } from './file-facts.js';
import { pairingFiles } from './pairing-json.js';
import { fileWitness, readRegularFile } from './read-file.js';
import { parseJson, readJson } from './read-json.js';
import { closedDirectory, placeOf } from './state-place.js';

/** What the state directory tells about itself: layout, writer, and the config last accepted. */
export const stateObserver: Observer<'gateway.state'> = {
  id: 'gateway.state',
  stage: 'doctor',
  deadlineMs: 5000,

  async observe(context) {
    const { stateDir, home } = placeOf(context);
    const dir = await directoryFacts(stateDir, home);
    const closed = closedDirectory(dir);
    if (closed) return closed;
    const exists = async (path: string) => (await fileFacts(path, home)).state !== 'absent';
    const files = [...Object.values(pairingFiles(stateDir)), healthFile(stateDir)];
    const json = (await Promise.all(files.map(exists))).includes(true);
    const sqlite = await exists(stateDatabasePath(stateDir));
    const written = sqlite ? await fromDatabase(context) : {};
    // A migrated directory keeps its JSON files; the database is the newer record.
    const health = sqlite ? written.health : await healthRecord(context);
    return {
      state: 'ok',
      source: dir.path,
      data: {
        dir,
        layout: sqlite ? (json ? 'both' : 'sqlite') : json ? 'json' : 'empty',
        ...written.facts,
        ...(await applied(context, health)),
        lastGoodPresent: await exists(join(stateDir, 'openclaw.json.last-good')),
      },
    };
  },

  async witness(context) {
    const { stateDir } = placeOf(context);
    return fileWitness([configPath(context), healthFile(stateDir)]);
  },
};

const maxConfigBytes = 8 * 1024 * 1024;
const version = /^\d{4}\.\d{1,2}\.\d{1,3}(?:-[0-9a-z.]{1,40})?$/i;

function healthFile(stateDir: string): string {
  return join(stateDir, 'logs', 'config-health.json');
}

function configPath(context: ObserverContext): string {
  return context.target.configPath ?? join(placeOf(context).stateDir, 'openclaw.json');
}

async function healthRecord(context: ObserverContext): Promise<unknown> {
  const { stateDir, home } = placeOf(context);
  const read = await readJson(healthFile(stateDir), context, home);
  if (read.state !== 'ok') return undefined;
  const entry = member(member(read.value, 'entries'), configPath(context));
  return member(entry, 'lastKnownGood');
}

async function fromDatabase(
  context: ObserverContext,
): Promise<{ facts?: Pick<StateFacts, 'writerVersion' | 'schemaVersion'>; health?: unknown }> {
  const read = await readStateDatabase(context, placeOf(context).stateDir);
  if (read.state !== 'ok') return {};
  const meta = read.tables.schema.rows.find((row) => row.text.meta_key === 'primary');
  const writerVersion = cleanText(meta?.text.app_version);
  const schemaVersion = meta?.number.schema_version;
  const path = configPath(context);
  const entry = read.tables.configHealth.rows.find((row) => row.text.config_path === path);
  return {
    facts: {
      ...(writerVersion !== undefined && version.test(writerVersion) ? { writerVersion } : {}),
      ...(schemaVersion === undefined ? {} : { schemaVersion }),
    },
    health: parseJson(entry?.text.last_known_good_json ?? '').value,
  };
}

/**
 * `lastKnownGood.hash` is the SHA-256 of the config's bytes as the gateway last accepted them
 * (2026.5.18 and 2026.9.6). Only whether it is that of the file leaves this function: the file
 * holds the token, so a digest of it would be one of a secret.
 */
async function applied(
  context: ObserverContext,
  record: unknown,
): Promise<Pick<StateFacts, 'appliedEqualsFile' | 'appliedAtMs'>> {
  const hash = member(record, 'hash');
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/i.test(hash)) return {};
  const { bytes } = await readRegularFile(configPath(context), {
    maxBytes: maxConfigBytes,
    home: placeOf(context).home,
    signal: context.signal,
  });
  const at = timeOf(member(record, 'observedAt'));
  return {
    ...(bytes === undefined
      ? {}
      : {
          appliedEqualsFile:
            createHash('sha256').update(bytes).digest('hex') === hash.toLowerCase(),
        }),
    ...(at === undefined ? {} : { appliedAtMs: at }),
  };
}

/** ISO 8601 text, or milliseconds. */
function timeOf(value: unknown): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : value;
  return typeof at === 'number' && Number.isFinite(at) ? at : undefined;
}
