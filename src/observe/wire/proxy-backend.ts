import { member } from '../../domain/clean.js';
import { listenersAt } from '../../domain/endpoints.js';
import type { ProxyBackendProbe } from '../../model/facts-probes.js';
import type { Observer } from '../../model/observer.js';
import { classify, jsonBody } from './classify.js';
import { send } from './http-request.js';
import { patience } from './patience.js';

const defaultBackendPort = 11434;

/** Does Ollama answer behind the proxy, and on which addresses does it listen? It asks for nothing. */
export const proxyBackendObserver: Observer<'proxy.backend'> = {
  id: 'proxy.backend',
  stage: 'probes',
  uses: ['host.discovery', 'host.listeners', 'host.pressure', 'proxy.files'],
  deadlineMs: 8000,
  async observe({ facts, target, options, signal }) {
    const port = facts.data('proxy.files', target.id)?.backendPort ?? defaultBackendPort;
    const origin = `http://127.0.0.1:${port}`;
    const get = (path: string) =>
      send({
        origin,
        host: '127.0.0.1',
        method: 'GET',
        path,
        options,
        signal,
        patience: patience(facts),
      });
    const version = await get('/api/version');
    const listens = [...new Set(listenersAt(facts, port).map((l) => l.address))].sort();
    const found = (path: string, reply: typeof version, isOllama: boolean): ProxyBackendProbe => ({
      endpoint: `GET ${origin}${path}`,
      answer: classify(reply),
      isOllama,
      listens,
    });
    const source = `${origin}/api/version`;
    if (typeof member(jsonBody(version), 'version') === 'string') {
      return { state: 'ok', source, data: found('/api/version', version, true) };
    }
    if (!version.ok) return { state: 'ok', source, data: found('/api/version', version, false) };
    const tags = await get('/api/tags');
    const isOllama = Array.isArray(member(jsonBody(tags), 'models'));
    return { state: 'ok', source: `${origin}/api/tags`, data: found('/api/tags', tags, isOllama) };
  },
};
