import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pluginsObserver } from '../../src/observe/files/plugins.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

async function look(home: string, plugins: unknown) {
  await put(join(home, '.openclaw/openclaw.json'), { gateway: {}, plugins });
  const result = await pluginsObserver.observe(gatewayContext(home));
  if (result.state !== 'ok') throw new Error(result.state);
  return result.data;
}

async function plugin(dir: string, id: string): Promise<string> {
  await put(join(dir, 'openclaw.plugin.json'), { id });
  await put(join(dir, 'package.json'), { name: id, openclaw: { extensions: ['./index.js'] } });
  await put(join(dir, 'index.js'), '');
  return dir;
}

it('follows load paths to plugins, and says what is missing', async () => {
  const home = await temporaryHome();
  const whole = await plugin(join(home, 'whole'), 'demo');
  await put(join(home, 'bare/readme'), '');
  await put(join(home, 'half/openclaw.plugin.json'), { id: 'half' });
  await put(join(home, 'half/package.json'), { openclaw: { extensions: ['./gone.js'] } });
  await plugin(join(home, 'many/one'), 'one');
  const paths = [whole, '~/bare', join(home, 'half'), join(home, 'gone'), join(home, 'many')];
  const { plugins } = await look(home, { load: { paths }, entries: { demo: { enabled: false } } });
  expect(plugins.map((p) => [p.id, p.state, p.enabled])).toEqual([
    ['demo', 'ok', false],
    ['bare', 'no-manifest', undefined],
    ['half', 'no-entry-file', undefined],
    ['gone', 'absent', undefined],
    ['one', 'ok', undefined],
  ]);
});

it('reads the install records of 2026.5', async () => {
  const home = await temporaryHome();
  await put(join(home, '.openclaw/plugins/installs.json'), {
    version: 1,
    installRecords: {
      demo: { source: 'path', installPath: join(home, 'gone') },
      '\u001b[31m': { source: 'path', installPath: '/x' },
      odd: 7,
    },
  });
  const { plugins, records } = await look(home, {});
  expect(records.state).toBe('ok');
  expect(plugins).toEqual([{ id: 'demo', from: 'record', path: '~/gone', state: 'absent' }]);
});

it.each([
  ['a number', 7],
  ['paths of wrong types', { load: { paths: [7, null, '', {}] } }],
  ['entries of wrong types', { entries: [], load: 'x' }],
])('takes %s for nothing registered', async (_what, plugins) => {
  const home = await temporaryHome();
  expect((await look(home, plugins)).plugins).toEqual([]);
});

it('does not wait for a FIFO in the place of a manifest', async () => {
  const home = await temporaryHome();
  await put(join(home, 'p/x'), '');
  execFileSync('mkfifo', [join(home, 'p/openclaw.plugin.json')]);
  const { plugins } = await look(home, { load: { paths: [join(home, 'p')] } });
  expect(plugins[0]?.state).toBe('invalid');
});
