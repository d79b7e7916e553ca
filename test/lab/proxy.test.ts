import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, stage } from '../../src/lab/index.js';
import { http } from './wire-client.js';

function tokenOf({ home }: Deployment): string {
  return readFileSync(join(home, '.nemoclaw', 'ollama-proxy-token'), 'utf8').trim();
}

async function ask(deployment: Deployment, path: string, authorization?: string, method = 'GET') {
  const port = Number(deployment.host.env.NEMOCLAW_OLLAMA_PROXY_PORT);
  const headers = authorization === undefined ? {} : { authorization };
  return http(port, method, path, headers, method === 'POST' ? '{}' : undefined);
}

describe('the Ollama proxy in front of a running Ollama', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await stage('healthy');
  });
  afterAll(() => deployment.stop());

  it.each([
    ['GET', '/', 200],
    ['GET', '/api/tags', 200],
    ['GET', '/api/version', 200],
    ['GET', '/v1/models', 200],
    ['GET', '/health', 404],
    ['GET', '/unknown', 404],
    ['POST', '/v1/chat/completions', 200],
  ])('%s %s wants the token and answers %i', async (method, path, status) => {
    for (const wrong of [undefined, 'Bearer wrong']) {
      const refused = await ask(deployment, path, wrong, method);
      expect(refused).toMatchObject({ status: 401, body: 'Unauthorized' });
      expect(refused.headers['content-type']).toBe('text/plain');
      expect(refused.headers['www-authenticate']).toBeUndefined();
    }
    const right = await ask(deployment, path, `Bearer ${tokenOf(deployment)}`, method);
    expect(right.status).toBe(status);
  });

  it.each([
    ['a lower-case scheme', (token: string) => `bearer ${token}`, 401],
    ['two blanks', (token: string) => `Bearer  ${token}`, 401],
    ['no scheme', (token: string) => token, 401],
    ['a blank at the end, which HTTP drops', (token: string) => `Bearer ${token} `, 200],
  ])('compares the whole header: %s', async (_name, header, status) => {
    const answer = await ask(deployment, '/v1/models', header(tokenOf(deployment)));
    expect(answer.status).toBe(status);
  });
});

it('says 502 for the right token and 401 for a wrong one when Ollama is down', async () => {
  const deployment = await stage('proxy-backend-down');
  try {
    const right = await ask(deployment, '/v1/models', `Bearer ${tokenOf(deployment)}`);
    expect(right.status).toBe(502);
    expect(right.body).toMatch(/^Ollama backend error: connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
    expect((await ask(deployment, '/v1/models', 'Bearer wrong')).status).toBe(401);
  } finally {
    await deployment.stop();
  }
});
