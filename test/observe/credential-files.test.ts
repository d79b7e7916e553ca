import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { credentialFilesObserver } from '../../src/observe/files/credential-files.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

async function open(home: string): Promise<void> {
  await chmod(home, 0o755);
  await mkdir(join(home, '.openclaw'), { recursive: true });
  await chmod(join(home, '.openclaw'), 0o755);
}

async function look(home: string) {
  const result = await credentialFilesObserver.observe(gatewayContext(home));
  if (result.state !== 'ok') throw new Error(result.state);
  return result.data;
}

async function place(home: string, name: string, mode: number, text = '{}'): Promise<string> {
  const path = await put(join(home, '.openclaw', name), text);
  await chmod(path, mode);
  return path;
}

it('judges a file by its mode and by the directories above it', async () => {
  const home = await temporaryHome();
  await open(home);
  await place(home, 'openclaw.json', 0o644);
  await place(home, 'identity/device.json', 0o644);
  await chmod(join(home, '.openclaw/identity'), 0o700);
  await place(home, '.env', 0o600);
  await place(home, 'devices/paired.json', 0o666);
  await chmod(join(home, '.openclaw/devices'), 0o755);
  const { files, stateDir } = await look(home);
  const reach = Object.fromEntries(files.map((f) => [f.path.slice(12), [f.reach, f.writable]]));
  expect(reach).toEqual({
    'openclaw.json': ['everybody', 'owner'],
    'identity/device.json': ['owner', 'owner'],
    '.env': ['owner', 'owner'],
    'devices/paired.json': ['everybody', 'everybody'],
  });
  expect(stateDir).toMatchObject({ mode: 0o755, writable: 'owner' });
});

it('a private state directory makes everything in it private', async () => {
  const home = await temporaryHome();
  await open(home);
  await place(home, 'openclaw.json', 0o444);
  await chmod(join(home, '.openclaw'), 0o700);
  const { files } = await look(home);
  expect(files.map((f) => [f.reach, f.writable])).toEqual([['owner', 'owner']]);
});

it('follows a link and says where it ends', async () => {
  const home = await temporaryHome();
  await open(home);
  await put(join(home, 'shared/config.json'), '{}');
  await chmod(join(home, 'shared'), 0o755);
  await chmod(join(home, 'shared/config.json'), 0o644);
  await symlink(join(home, 'shared/config.json'), join(home, '.openclaw/openclaw.json'));
  const { files } = await look(home);
  expect(files[0]).toMatchObject({ linkTo: '~/shared/config.json', reach: 'everybody' });
});

it('sees a state directory that everybody can write to', async () => {
  const home = await temporaryHome();
  await open(home);
  await place(home, 'openclaw.json', 0o600);
  await chmod(join(home, '.openclaw'), 0o777);
  const { files, stateDir } = await look(home);
  expect(stateDir.writable).toBe('everybody');
  expect(files[0]).toMatchObject({ reach: 'owner', writable: 'everybody' });
});

it('says that there is no state directory', async () => {
  const home = await temporaryHome();
  const result = await credentialFilesObserver.observe(gatewayContext(home));
  expect(result.state).toBe('absent');
});
