import { isLoopbackHost } from '../../src/domain/openclaw/url.js';
import { defineCheck } from '../../src/model/check.js';

export default defineCheck({
  id: 'proxy/backend',
  stage: 'probes',
  per: 'proxy',
  title: 'the Ollama behind the proxy answers, on loopback only',
  about:
    'Asks the port behind the proxy whether an Ollama answers there. A dead backend gives 502 through the proxy; one that listens beyond loopback can be used by everybody on the network without any token, and newer proxies refuse to start beside it.',
  falsePositives: 'A backend other than Ollama (vLLM) does not say that Ollama is running.',
  needs: [],
  uses: ['proxy.backend', 'proxy.probe', 'proxy.files', 'proxy.process'],
  codes: {
    answers: { outcome: 'pass', text: 'Ollama answers on {endpoint}' },
    unused: {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'no proxy runs and no sandbox goes through one, so no backend is needed',
    },
    'backend-down': {
      outcome: 'fail',
      text: 'nothing answers on {endpoint}: every call through the proxy ends in 502, whatever its token',
      next: ['start-ollama'],
    },
    'not-ollama': {
      outcome: 'warn',
      text: '{endpoint} answers {kind}, which Ollama does not',
      next: ['stop-foreign-listener', 'start-ollama'],
    },
    'beyond-loopback': {
      outcome: 'warn',
      text: 'Ollama listens on {listens}: whoever reaches that address needs no token',
      next: ['bind-to-address'],
    },
    'no-answer': {
      outcome: 'unknown',
      text: '{endpoint} did not answer in time (a model may be loading); look again',
      next: ['look-again'],
    },
    'not-determined': {
      outcome: 'unknown',
      text: 'the backend was not asked ({reason}); look again once it can be reached',
      next: ['look-again'],
    },
  },
  judge(at) {
    const seen = at.look('proxy.backend');
    const process = at.look('proxy.process')?.data;
    const users = at.look('proxy.files')?.data?.sandboxes.length ?? 0;
    if (process?.found === 'none' && users === 0) return [at.found('unused')];
    const attempts = at.look('proxy.probe')?.data?.attempts ?? [];
    if (seen?.state !== 'ok' || !seen.data) {
      return [at.found('not-determined', { reason: seen?.reason ?? 'it was not asked' })];
    }
    const { endpoint, answer, isOllama, listens } = seen.data;
    const down = attempts.some((a) => a.outcome === 'backend-down');
    if (answer.kind === 'refused' || (down && !isOllama))
      return [at.found('backend-down', { endpoint })];
    if (answer.kind === 'timeout' || answer.kind === 'reset')
      return [at.found('no-answer', { endpoint })];
    if (!isOllama) return [at.found('not-ollama', { endpoint, kind: answer.kind })];
    const wide = listens.filter((address) => !isLoopbackHost(address));
    if (wide.length > 0) return [at.found('beyond-loopback', { endpoint, listens: wide })];
    return [at.found('answers', { endpoint })];
  },
});
