import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inheritedSecrets } from '../../src/observe/host/inherited-secrets.js';
import { childrenOf } from '../../src/observe/host/process-version.js';
import { Vault } from '../../src/secrets/vault.js';
import { temporaryHome } from './store-context.js';

const token = 'inherited-canary-Vq27aZp4Lw8Jt';

/** A /proc with a gateway 10 and its children; an environment of null cannot be read. */
async function fakeProc(children: Record<number, string | null>): Promise<string> {
  const root = await temporaryHome();
  await mkdir(join(root, '10', 'task', '10'), { recursive: true });
  const pids = Object.keys(children);
  await writeFile(join(root, '10', 'task', '10', 'children'), `${pids.join(' ')} `);
  for (const [pid, environ] of Object.entries(children)) {
    await mkdir(join(root, pid), { recursive: true });
    if (environ === null) await mkdir(join(root, pid, 'environ'));
    else await writeFile(join(root, pid, 'environ'), environ);
  }
  return root;
}

it('gives the secrets of the children that have one, as marks', async () => {
  const vault = new Vault({});
  const root = await fakeProc({
    31: 'PATH=/bin\0',
    22: `PATH=/bin\0OPENCLAW_GATEWAY_TOKEN=${token}\0`,
    44: null,
  });
  const found = vault.seal(await inheritedSecrets(root, 10, vault));
  expect(JSON.stringify(found)).not.toContain(token);
  expect(found.children).toMatchObject([
    { pid: 22, token: { state: 'set' }, password: { state: 'unset' } },
  ]);
});

it('says nothing where there is nothing to say', async () => {
  const vault = new Vault({});
  expect(await inheritedSecrets(await fakeProc({}), 10, vault)).toEqual({});
  expect(await inheritedSecrets('/does/not/exist', 10, vault)).toEqual({});
});

it('reads no more of a list of children than a gateway can have', async () => {
  const root = await fakeProc({});
  const list = join(root, '10', 'task', '10', 'children');
  const pids = Array.from({ length: 100_000 }, (_, i) => 1_000_000 + i);
  await writeFile(list, `${pids.join(' ')} `);
  expect(await childrenOf(root, 10)).toEqual(pids.slice(0, 50));
  // A list that has no end.
  await rm(list);
  await symlink('/dev/zero', list);
  expect(await childrenOf(root, 10)).toEqual([]);
});
