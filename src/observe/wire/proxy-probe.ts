import { planProxyAttempts, proxyAttemptEndpoint } from '../../domain/attempts.js';
import { proxyEndpoint } from '../../domain/endpoints.js';
import { proxyOwnership } from '../../domain/ownership.js';
import type { HttpAnswer, ProxyAttempt, ProxyProbe } from '../../model/facts-probes.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { classify } from './classify.js';
import { isSendable, send } from './http-request.js';
import { patience } from './patience.js';
import type { SecretSource } from './secret-source.js';

const lastStartMs = 4500;

/**
 * GET /v1/models of the Ollama auth proxy: to nobody, then with the file's token, then with the
 * running process's own. The proxy has no limiter, so nothing is remembered; roots that share one
 * proxy share one request a value.
 */
export function makeProxyProbeObserver(
  vault: Pick<SecretSource, 'reveal'>,
): Observer<'proxy.probe'> {
  return {
    id: 'proxy.probe',
    stage: 'probes',
    uses: [
      'run',
      'host.discovery',
      'host.listeners',
      'host.pressure',
      'proxy.files',
      'proxy.process',
    ],
    deadlineMs: 8000,
    async observe(context) {
      const { facts, target } = context;
      const where = proxyEndpoint(facts, target);
      const endpoint = proxyAttemptEndpoint(where);
      const ask = (name: string, bearer?: string): Promise<HttpAnswer> =>
        context.once(`proxy-probe ${endpoint} ${name}`, async () =>
          classify(
            await send({
              origin: where.http,
              host: where.host,
              method: 'GET',
              path: '/v1/models',
              ...(bearer === undefined ? {} : { bearer }),
              options: context.options,
              signal: context.signal,
              patience: patience(facts),
            }),
          ),
        );
      const anonymous = await ask('anonymous');
      const notTried = whyNot(context, anonymous);
      const attempts =
        notTried || anonymous.kind === 'timeout' ? [] : await tryAll(context, vault, ask);
      const data: ProxyProbe = { endpoint, anonymous, attempts, ...(notTried ? { notTried } : {}) };
      return { state: 'ok', source: endpoint, data };
    },
  };
}

function whyNot(
  { facts, target }: ObserverContext,
  anonymous: HttpAnswer,
): ProxyProbe['notTried'] | undefined {
  if (anonymous.kind === 'refused') return 'no-listener';
  if (!proxyOwnership(facts, target, anonymous).proved) {
    return isOpen(anonymous) && facts.data('proxy.process', target.id)?.isProxy !== false
      ? 'open'
      : 'owner-not-proved';
  }
  if (isOpen(anonymous)) return 'open';
  return planProxyAttempts(facts, target).attempts.length === 0 ? 'no-token' : undefined;
}

/** Answered by the backend itself: whatever listens asks nobody for a token. */
function isOpen(answer: HttpAnswer): boolean {
  return answer.kind === 'proxy-accepted' || answer.kind === 'proxy-502';
}

async function tryAll(
  context: ObserverContext,
  vault: Pick<SecretSource, 'reveal'>,
  ask: (name: string, bearer: string) => Promise<HttpAnswer>,
): Promise<ProxyAttempt[]> {
  const { facts, target } = context;
  const started = performance.now();
  const done: ProxyAttempt[] = [];
  for (const { class: value, source } of planProxyAttempts(facts, target).attempts) {
    const raw = vault.reveal(value);
    if (performance.now() - started > lastStartMs * patience(facts)) break;
    if (raw === undefined || !isSendable(raw)) continue;
    const answer = await ask(`class ${value}`, raw);
    const outcome = outcomeOf(answer);
    done.push({ class: value, source, outcome, answer });
    if (outcome !== 'refused') break;
  }
  return done;
}

/** 502 is the backend's fault: the proxy has taken the token by then. */
function outcomeOf(answer: HttpAnswer): ProxyAttempt['outcome'] {
  if (answer.status === 401) return 'refused';
  if (answer.kind === 'proxy-502') return 'backend-down';
  if (answer.kind === 'timeout') return 'timeout';
  return answer.status > 0 ? 'accepted' : 'other';
}
