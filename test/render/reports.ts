import type { Finding, Outcome } from '../../src/model/finding.js';
import { findingKey } from '../../src/model/finding.js';
import type { Stage } from '../../src/model/observation.js';
import { stages } from '../../src/model/observation.js';
import type { Remedy } from '../../src/model/remedy.js';
import type { CheckResult, CredentialRow, Report, StageSummary } from '../../src/model/report.js';

export function finding(
  stage: Stage,
  check: string,
  outcome: Outcome,
  code: string,
  text: string,
  more: Partial<Finding> = {},
): Finding {
  return {
    check,
    stage,
    code,
    subject: 'gateway:18789',
    outcome,
    text,
    params: {},
    evidence: ['gateway.config@gateway:18789'],
    next: [],
    ...more,
  };
}

export function row(
  source: string,
  letter: string,
  more: Partial<CredentialRow> = {},
): CredentialRow {
  return {
    source,
    target: 'gateway:18789',
    kind: 'token',
    state: letter === '-' ? 'unset' : letter === '?' ? 'unreadable' : 'set',
    letter,
    flags: [],
    readers: [],
    wins: [],
    ...more,
  };
}

/** Checks and stages as the engine makes them of findings. */
export function summarise(findings: Finding[]): { checks: CheckResult[]; stages: StageSummary[] } {
  const checks = findings.map(
    (f): CheckResult => ({
      id: f.check,
      stage: f.stage,
      title: `${f.check} is well`,
      outcome: f.outcome,
      summary: f.text,
      findings: [findingKey(f)],
      required: f.outcome === 'unknown',
      ...(f.blockedBy ? { blockedBy: f.blockedBy } : {}),
    }),
  );
  const summaries = stages.map((stage): StageSummary => {
    const counts = { pass: 0, warn: 0, fail: 0, skip: 0, unknown: 0 };
    for (const check of checks) if (check.stage === stage) counts[check.outcome] += 1;
    return { stage, outcome: 'pass', complete: true, counts, observations: 9, durationMs: 412 };
  });
  return { checks, stages: summaries };
}

const restartProxy: Remedy = {
  id: 'restart-proxy',
  subject: 'proxy:nemoclaw',
  title: 'Restart the Ollama auth proxy with the token of its file',
  actor: 'gateway host',
  effect: 'restarts-proxy',
  command: ['kill', '5210'],
  postcondition: 'pid 5210 is gone, and port 11435 is owned by a proxy that was started after it',
  why: 'The process holds B since its start; the file and every rebuilt sandbox hold A.',
  risk: 'Inference calls that are running are cut off; the proxy is away for about a second.',
  undo: 'None is needed: the old token is in no file any more.',
  verify: { command: ['clawdoctor', 'run', '--only', 'proxy'], expect: 'proxy/credentials passes' },
};

const removeVariable: Remedy = {
  id: 'remove-shell-variable',
  subject: 'gateway:18789',
  title: 'Take OPENCLAW_GATEWAY_TOKEN out of the environment file that exports it',
  actor: 'operator',
  effect: 'edits-file',
  postcondition:
    'a new login shell has no OPENCLAW_GATEWAY_TOKEN: `env | grep -c OPENCLAW_GATEWAY_TOKEN` prints 0',
  why: 'On 2026.5 the CLI prefers this variable (value C), and the gateway accepts A only.',
  risk: 'Scripts that read the variable and talk to another gateway lose their credential.',
  undo: 'Put the line back; the snapshot has it.',
  verify: {
    command: [
      'clawdoctor',
      'run',
      '--only',
      'token/process-env',
      '--only',
      'probe/credentials',
      '--home',
      '/home/lena',
    ],
    expect: 'token/process-env passes and names one value for gateway and CLI',
  },
};

/** Two incidents, an unexplained failure, unknowns, a warning, and a blocked check. */
export function failingReport(): Report {
  const proxy = { subject: 'proxy:nemoclaw' };
  const findings = [
    finding('doctor', 'install/binaries', 'pass', 'one', 'one openclaw, 2026.5.18'),
    finding('doctor', 'config/readable', 'pass', 'readable', '~/.openclaw/openclaw.json'),
    finding('doctor', 'bind/declared', 'pass', 'loopback', 'loopback, port 18789'),
    finding('doctor', 'issuer/declared', 'skip', 'opaque', 'the shared secret is opaque', {
      skipReason: 'not-applicable',
    }),
    finding(
      'doctor',
      'token/sources',
      'fail',
      'client-differs',
      'The CLI will send C from the shell; the gateway will accept A.',
      {
        next: ['remove-shell-variable'],
      },
    ),
    finding(
      'doctor',
      'token/permissions',
      'warn',
      'readable-by-others',
      '~/.openclaw/.env is mode 0644: every local user can read value C.',
      {
        next: ['tighten-mode'],
      },
    ),
    finding(
      'doctor',
      'scopes/approved',
      'fail',
      'not-covered',
      'The CLI of device 9f2c41d07ab3 asks for operator.admin, and only operator.read is approved.',
      {
        next: ['approve-scopes'],
      },
    ),
    finding('status', 'process/gateway', 'pass', 'own', 'pid 4121 owns 127.0.0.1:18789'),
    finding(
      'status',
      'token/process-env',
      'fail',
      'client-differs',
      'The CLI sends C; the gateway holds A.',
    ),
    finding(
      'status',
      'proxy/process-env',
      'fail',
      'differs',
      'pid 5210 holds B, its file holds A',
      proxy,
    ),
    finding(
      'status',
      'host/pressure',
      'unknown',
      'undetermined',
      '/proc/pressure/memory: this kernel has no PSI (boot with psi=1)',
      {
        subject: 'host',
      },
    ),
    finding('probes', 'probe/anonymous', 'pass', 'protected', 'refused without a credential'),
    finding(
      'probes',
      'proxy/credentials',
      'fail',
      'file-refused',
      'the file token gets 401',
      proxy,
    ),
    finding(
      'probes',
      'scopes/read',
      'unknown',
      'undetermined',
      'probe: no answer within 2.0 s; run again with --budget 60s',
    ),
    finding(
      'probes',
      'probe/self-call',
      'unknown',
      'undetermined',
      'probe: no answer within 2.0 s; run again with --budget 60s',
    ),
    finding(
      'probes',
      'probe/handshake',
      'skip',
      'blocked',
      'says nothing while token/sources fails',
      {
        skipReason: 'blocked-by-fail',
        blockedBy: 'token/sources',
      },
    ),
  ];
  const key = (check: string): string[] =>
    findings.filter((f) => f.check === check).map(findingKey);
  const { checks, stages: summaries } = summarise(findings);
  return {
    schemaVersion: 1,
    tool: { name: 'clawdoctor', version: '0.1.0', rules: '1' },
    run: {
      command: 'run',
      startedAt: '2026-11-20T02:58:12.000Z',
      durationMs: 3120,
      timeZone: 'Europe/Berlin',
      platform: 'linux',
      uid: 1000,
      budgetMs: 20000,
      failOn: 'fail',
      through: 'probes',
      as: 'cli',
      selection: { only: [], skip: [] },
      interrupted: false,
      changed: [],
    },
    targets: [
      {
        id: 'gateway:18789',
        kind: 'gateway',
        primary: true,
        url: 'ws://127.0.0.1:18789',
        evidence: ['config'],
        versions: {
          server: { lines: ['2026.5'], version: '2026.5.18', evidence: [] },
          cli: { lines: ['2026.5'], version: '2026.5.18', evidence: [] },
        },
      },
      { id: 'agent:main', kind: 'agent', primary: true, evidence: ['agents-dir'], versions: {} },
      { id: 'proxy:nemoclaw', kind: 'proxy', primary: true, evidence: ['registry'], versions: {} },
    ],
    verdict: 'fail',
    exitCode: 1,
    closable: false,
    notClosable: ['something fails'],
    incidents: [
      {
        code: 'CLAW-109',
        name: 'environment shadows config',
        title: 'a client in this environment sends another value than the gateway accepts',
        subject: 'gateway:18789',
        confidence: 'sure',
        story: [
          'This shell exports OPENCLAW_GATEWAY_TOKEN with value C. On 2026.5 the CLI prefers it to the config, so `openclaw` sends C.',
          'The gateway (pid 4121, up 6 d) accepted A from openclaw.json at 02:58 and has never been given C.',
        ],
        explains: [...key('token/sources'), ...key('token/process-env')],
        for: ['the gateway accepted A', 'A and C differ'],
        against: [],
        remedies: [removeVariable],
      },
      {
        code: 'CLAW-101',
        name: 'proxy token divergence',
        title: 'the Ollama auth proxy runs with another token than its file holds',
        subject: 'proxy:nemoclaw',
        confidence: 'sure',
        story: [
          'The proxy (pid 5210, started 6 d ago) holds B in its environment; ~/.nemoclaw/ollama-proxy-token holds A since 2 h.',
          'Asked with A it answers 401, asked with B it answers 200. Sandboxes alpha and beta send A.',
        ],
        explains: [...key('proxy/process-env'), ...key('proxy/credentials')],
        for: ['proc:5210/environ holds B', 'GET /v1/models with A is 401, with B is 200'],
        against: [
          'CLAW-102 (proxy token split between roots) would explain some of this too, at lower rank',
        ],
        remedies: [restartProxy],
      },
    ],
    plan: [removeVariable, restartProxy],
    checks,
    findings,
    credentials: [
      row('openclaw.json gateway.auth.token', 'A', {
        wins: ['server', 'http-client'],
        readers: ['server', 'local-cli', 'http-client'],
      }),
      row('shell OPENCLAW_GATEWAY_TOKEN', 'C', {
        wins: ['local-cli'],
        readers: ['local-cli'],
        flags: ['weak'],
      }),
      row('proc:4121/environ OPENCLAW_GATEWAY_TOKEN', '?', {
        reason: 'EACCES: run as the gateway user to see it',
      }),
      row('~/.openclaw/.env OPENCLAW_GATEWAY_TOKEN', '-'),
      row('systemd unit openclaw-gateway.service Environment', '-'),
      row('~/.nemoclaw/ollama-proxy-token', 'A', {
        target: 'proxy:nemoclaw',
        wins: ['sandbox:alpha', 'sandbox:beta'],
        readers: ['sandbox:alpha', 'sandbox:beta'],
      }),
      row('proc:5210/environ OLLAMA_PROXY_TOKEN', 'B', {
        target: 'proxy:nemoclaw',
        wins: ['the running proxy'],
        readers: ['the running proxy'],
      }),
    ],
    identity: [
      {
        target: 'gateway:18789',
        bind: 'loopback 127.0.0.1',
        externalUrl: '',
        issuer: 'not applicable',
        audience: 'not applicable',
        mode: 'token',
        sources: ['config'],
      },
    ],
    attempts: [
      {
        target: 'gateway:18789',
        endpoint: 'http://127.0.0.1:18789',
        credential: 'none',
        why: 'is it protected',
        outcome: 'refused',
      },
      {
        target: 'gateway:18789',
        endpoint: 'http://127.0.0.1:18789',
        credential: 'A',
        why: 'predicted',
        outcome: 'accepted',
      },
      {
        target: 'proxy:nemoclaw',
        endpoint: 'http://127.0.0.1:11435',
        credential: 'A',
        why: 'the file',
        outcome: 'refused',
      },
      {
        target: 'proxy:nemoclaw',
        endpoint: 'http://127.0.0.1:11435',
        credential: 'B',
        why: 'environ',
        outcome: 'accepted',
      },
    ],
    stages: summaries,
    history: [],
  };
}

/** Everything answered, nothing wrong. */
export function healthyReport(): Report {
  const failing = failingReport();
  const findings = failing.findings
    .filter((f) => f.stage !== 'probes' || !f.check.startsWith('proxy/'))
    .map(
      (f): Finding =>
        f.skipReason === 'not-applicable' ? f : { ...f, outcome: 'pass', code: 'ok', next: [] },
    );
  return {
    ...failing,
    run: { ...failing.run, durationMs: 2430 },
    targets: failing.targets.slice(0, 2),
    verdict: 'ok',
    exitCode: 0,
    closable: true,
    notClosable: [],
    incidents: [],
    plan: [],
    findings,
    credentials: [
      row('openclaw.json gateway.auth.token', 'A', {
        wins: ['server', 'local-cli'],
        readers: ['server', 'local-cli'],
      }),
    ],
    attempts: failing.attempts.slice(0, 2),
    ...summarise(findings),
  };
}
