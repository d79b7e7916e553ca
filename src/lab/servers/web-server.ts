import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

// `web-server.js --port N`: somebody's program that has nothing to do with OpenClaw.

const { values } = parseArgs({ options: { port: { type: 'string' } } });
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works</h1>');
});
process.title = 'httpd';
server.listen({ port: Number(values.port), host: '127.0.0.1' }, () => {
  process.stdout.write('ready\n');
});
process.stdin.resume().once('end', () => process.exit(0));
