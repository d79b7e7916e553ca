import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

// `ollama.js --port N --model NAME`: an Ollama without authentication, on loopback only.

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { port: option, model: option } });
const name = values.model ?? 'qwen2.5:7b';

function bodyOf(method: string, path: string): string | object | undefined {
  switch (`${method} ${path}`) {
    case 'GET /':
    case 'HEAD /':
      return 'Ollama is running';
    case 'GET /api/tags':
      return { models: [{ name, model: name, size: 4_683_087_332, details: { family: 'qwen2' } }] };
    case 'GET /api/version':
      return { version: '0.12.6' };
    case 'GET /api/ps':
      return { models: [] };
    case 'GET /v1/models':
      return { object: 'list', data: [{ id: name, object: 'model', owned_by: 'library' }] };
    case 'POST /v1/chat/completions':
      return {
        id: 'chatcmpl-lab',
        object: 'chat.completion',
        model: name,
        choices: [{ index: 0, message: { role: 'assistant', content: 'ok' } }],
      };
    default:
      return undefined;
  }
}

const server = createServer((request, response) => {
  request.resume();
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const body = bodyOf(request.method ?? 'GET', path);
  const json = typeof body === 'object';
  const type = json ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8';
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': type });
  response.end(json ? JSON.stringify(body) : (body ?? '404 page not found'));
});

server.once('error', (error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.listen(Number(values.port), '127.0.0.1', () => process.stdout.write('ready\n'));
process.once('SIGTERM', () => process.exit(143));
process.stdin.resume().once('end', () => process.exit(0));
