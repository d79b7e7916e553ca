const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const count = { type: 'number', minimum: 0 } as const;
const bool = { type: 'boolean' } as const;
const stage = { enum: ['doctor', 'status', 'probes'] } as const;
const outcome = { enum: ['pass', 'warn', 'fail', 'skip', 'unknown'] } as const;
const effect = {
  enum: [
    'none',
    'edits-file',
    'restarts-gateway',
    'restarts-proxy',
    'rotates-credential',
    'grants-access',
  ],
} as const;

/** A closed object: `required` members, then optional ones. */
function closed(required: object, optional: object = {}) {
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(required),
    properties: { ...required, ...optional },
  } as const;
}

function list<T extends object>(items: T) {
  return { type: 'array', items } as const;
}

const shape = closed({
  length: { enum: ['<16', '16-31', '32-63', '64+'] },
  chars: { enum: ['hex', 'base64url', 'printable', 'other'] },
});

const remedy = closed(
  {
    id: text,
    subject: text,
    title: text,
    actor: { enum: ['operator', 'gateway host', 'client user'] },
    effect,
    postcondition: text,
    why: text,
    risk: text,
    undo: text,
    verify: closed({ command: texts, expect: text }),
  },
  { edits: text, command: { type: 'array', items: text, minItems: 1 } },
);

const versionSet = closed(
  { lines: list({ enum: ['2026.3', '2026.5', '2026.9'] }), evidence: texts },
  { version: text },
);

const target = closed(
  {
    id: text,
    kind: { enum: ['host', 'gateway', 'agent', 'sandbox', 'proxy'] },
    primary: bool,
    evidence: texts,
    versions: {
      type: 'object',
      additionalProperties: false,
      properties: { server: versionSet, cli: versionSet, writer: versionSet, service: versionSet },
    },
  },
  {
    parent: text,
    name: text,
    url: text,
    port: count,
    portAssumed: { const: true },
    place: { enum: ['local', 'remote'] },
    home: text,
    stateDir: text,
    configPath: text,
    root: text,
    agentDir: text,
    uid: { type: 'number' },
  },
);

const finding = closed(
  {
    check: text,
    stage,
    code: text,
    subject: text,
    outcome,
    text,
    params: {
      type: 'object',
      additionalProperties: {
        anyOf: [{ type: ['string', 'number', 'boolean', 'null'] }, texts],
      },
    },
    evidence: texts,
    next: texts,
  },
  { skipReason: { enum: ['not-applicable', 'not-selected', 'blocked-by-fail'] }, blockedBy: text },
);

const run = closed(
  {
    command: text,
    startedAt: text,
    durationMs: count,
    timeZone: text,
    platform: text,
    uid: { type: 'number' },
    budgetMs: count,
    failOn: { enum: ['fail', 'warn'] },
    through: stage,
    as: text,
    selection: closed({ only: texts, skip: texts }),
    interrupted: bool,
    changed: texts,
  },
  { fingerprintKey: text },
);

const incident = closed({
  code: { type: 'string', pattern: '^CLAW-1[0-9]{2}$' },
  name: text,
  title: text,
  subject: text,
  confidence: { enum: ['sure', 'likely', 'possible'] },
  story: texts,
  explains: { ...texts, minItems: 1 },
  for: texts,
  against: texts,
  remedies: { ...list(remedy), minItems: 1 },
});

const credential = closed(
  {
    source: text,
    target: text,
    kind: text,
    state: { enum: ['set', 'unset', 'blank', 'unreadable', 'unresolved-ref'] },
    letter: text,
    flags: texts,
    readers: texts,
    wins: texts,
  },
  {
    shape,
    fingerprint: text,
    caseFingerprint: text,
    rules: list(closed({ reader: text, rule: text, basis: text })),
    reason: text,
  },
);

const attempt = closed({
  target: text,
  endpoint: text,
  credential: text,
  why: text,
  outcome: text,
});

const stageSummary = closed({
  stage,
  outcome,
  complete: bool,
  counts: closed({ pass: count, warn: count, fail: count, skip: count, unknown: count }),
  observations: count,
  durationMs: count,
});

/** JSON Schema (2020-12) of the report document, schema version 1. */
export const reportSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'clawdoctor report',
  ...closed({
    schemaVersion: { const: 1 },
    tool: closed({ name: { const: 'clawdoctor' }, version: text, rules: text }),
    run,
    targets: list(target),
    verdict: { enum: ['ok', 'warn', 'fail', 'inconclusive'] },
    exitCode: { enum: [0, 1, 2, 3, 4, 130] },
    closable: bool,
    notClosable: texts,
    incidents: list(incident),
    plan: list(remedy),
    checks: list(
      closed(
        { id: text, stage, title: text, outcome, summary: text, findings: texts, required: bool },
        { blockedBy: text },
      ),
    ),
    findings: list(finding),
    credentials: list(credential),
    identity: list(
      closed({
        target: text,
        bind: text,
        externalUrl: text,
        issuer: text,
        audience: text,
        mode: text,
        sources: texts,
      }),
    ),
    attempts: list(attempt),
    stages: list(stageSummary),
    history: texts,
  }),
};
