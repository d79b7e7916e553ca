import { connect } from 'node:net';

/** Asks whoever staged the deployment; `ok` is false when nobody is there. */
export function askControl(
  socket: string,
  request: object,
): Promise<{ ok: boolean; message: string }> {
  return new Promise((resolve) => {
    const client = connect(socket);
    let text = '';
    client.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    client.once('connect', () => client.write(`${JSON.stringify(request)}\n`));
    client.once('error', () => resolve({ ok: false, message: 'Gateway service disabled.' }));
    // The stager answers from its event loop: it must not wait for us with spawnSync.
    client.setTimeout(20_000, () => {
      client.destroy();
      resolve({ ok: false, message: 'the lab does not answer' });
    });
    client.once('end', () => resolve(JSON.parse(text) as { ok: boolean; message: string }));
  });
}
