import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memoryGroup } from '../../src/observe/host/memory-groups.js';
import { put, temporaryHome } from './store-context.js';

async function stage(cgroup: string, files: Record<string, string>) {
  const home = await temporaryHome();
  await put(join(home, 'proc', '7', 'cgroup'), cgroup);
  for (const [name, text] of Object.entries(files)) await put(join(home, 'sys', name), text);
  return memoryGroup('gateway:1', 7, join(home, 'proc'), join(home, 'sys'));
}

const unit = 'user.slice/openclaw-gateway.service';

it('reads version 2: the limit, what is used of it, kills and stalls', async () => {
  const group = await stage(`0::/${unit}\n`, {
    [`${unit}/memory.max`]: '1000\n',
    [`${unit}/memory.current`]: '900\n',
    [`${unit}/memory.stat`]: 'anon 500\ninactive_file 300\n',
    [`${unit}/memory.events`]: 'low 0\noom 2\noom_kill 2\noom_group_kill 0\n',
    [`${unit}/memory.pressure`]: 'some avg10=12.00 avg60=0.00\nfull avg10=1.00\n',
  });
  expect(group).toEqual({
    of: 'gateway:1',
    version: 2,
    limitBytes: 1000,
    usedBytes: 900,
    reclaimableBytes: 300,
    oomKills: 2,
    memorySome10: 12,
  });
});

it('takes the tightest limit of the groups around it', async () => {
  const group = await stage(`0::/${unit}\n`, {
    [`${unit}/memory.max`]: 'max\n',
    [`${unit}/memory.current`]: '100\n',
    [`${unit}/memory.events`]: 'oom_kill 1\n',
    'user.slice/memory.max': '2000\n',
    'user.slice/memory.current': '1900\n',
    'user.slice/memory.events': 'oom_kill 9\n',
  });
  expect(group).toMatchObject({ limitBytes: 2000, usedBytes: 1900, oomKills: 1 });
});

it('reads version 1', async () => {
  const group = await stage('4:cpu,cpuacct:/x\n7:memory:/docker/a\n0::/\n', {
    'memory/docker/a/memory.limit_in_bytes': '1000\n',
    'memory/docker/a/memory.usage_in_bytes': '990\n',
    'memory/docker/a/memory.stat': 'total_inactive_file 10\n',
    'memory/docker/a/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
  });
  expect(group).toEqual({
    of: 'gateway:1',
    version: 1,
    limitBytes: 1000,
    usedBytes: 990,
    reclaimableBytes: 10,
    oomKills: 3,
  });
});

it.each<[string, string, Record<string, string>]>([
  [
    'no limit and no kill',
    `0::/${unit}\n`,
    {
      [`${unit}/memory.max`]: 'max\n',
      [`${unit}/memory.current`]: '5\n',
      [`${unit}/memory.events`]: 'oom_kill 0\n',
    },
  ],
  [
    'a limit of version 1 that is none',
    '7:memory:/\n',
    {
      'memory/memory.limit_in_bytes': '9223372036854771712\n',
      'memory/memory.usage_in_bytes': '5\n',
    },
  ],
  [
    'a group outside of this namespace',
    '0::/../x\n',
    { 'memory.max': '5\n', 'memory.current': '5' },
  ],
  ['no file at all', '', {}],
  ['nonsense', '0::/\n', { 'memory.max': '\u001b[2J', 'memory.current': '-1e9' }],
])('leaves out %s', async (_name, cgroup, files) => {
  expect(await stage(cgroup, files)).toBeUndefined();
});
