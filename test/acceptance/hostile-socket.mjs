// `node hostile-socket.mjs PORT MODE`: something that calls itself a gateway and answers like none.
import { createServer } from 'node:net';

const [port = '0', mode = 'silent'] = process.argv.slice(2);
process.title = 'openclaw-gateway';

const flood = (socket, head, piece) => {
  socket.write(head);
  const timer = setInterval(() => socket.write(piece.repeat(1000)), 1);
  socket.on('close', () => clearInterval(timer));
};

const answers = {
  silent: () => undefined,
  garbage: (socket) => socket.end(Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 256))),
  escapes: (socket) =>
    socket.end('HTTP/1.1 401 \u001b[31mNo\r\ncontent-type: \u001b]0;x\u0007\r\n\r\n\u001b[2J'),
  headers: (socket) => flood(socket, 'HTTP/1.1 200 OK\r\n', 'x-more: 1\r\n'),
  body: (socket) =>
    flood(socket, 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"a":"', 'aaaaaaaaaa'),
  slow: (socket) => {
    const timer = setInterval(() => socket.write('H'), 300);
    socket.on('close', () => clearInterval(timer));
  },
  reset: (socket) => socket.resetAndDestroy(),
};

createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => answers[mode](socket));
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
process.stdin.resume().once('end', () => process.exit(0));
