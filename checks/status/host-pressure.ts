import { isGroupPressed, isPressed } from '../../src/domain/pressure.js';
import { defineCheck } from '../../src/model/check.js';

export default defineCheck({
  id: 'host/pressure',
  stage: 'status',
  per: 'run',
  title: 'the host has memory to answer in time',
  about:
    'Looks at free memory, swap and load, at the memory pressure that the kernel reports, and at the memory limit of the control group of each gateway. A gateway that waits for memory misses deadlines, and missed deadlines look like authentication drift. While there is pressure, probes run one at a time and wait longer.',
  falsePositives: 'A short peak: look again.',
  needs: ['host.pressure'],
  optional: true,
  codes: {
    calm: { outcome: 'pass', text: '{availableMiB} of {totalMiB} MiB are free for use' },
    pressed: {
      outcome: 'warn',
      text: 'the host is short of memory ({availableMiB} of {totalMiB} MiB left): timeouts here say nothing about credentials',
      next: ['relieve-memory'],
    },
    'group-pressed': {
      outcome: 'warn',
      text: 'the control group of {who} has used {usedMiB} of its {limitMiB} MiB{killsText}: timeouts here say nothing about credentials',
      next: ['relieve-memory'],
    },
  },
  judge(at) {
    const pressure = at.get('host.pressure');
    const mebibytes = (bytes: number): number => Math.round(bytes / 1_048_576);
    const params = {
      availableMiB: mebibytes(pressure.availableBytes),
      totalMiB: mebibytes(pressure.totalBytes),
      load: Math.round(pressure.load1 * 100) / 100,
      cpus: pressure.cpus,
    };
    const groups = (pressure.groups ?? []).filter(isGroupPressed).map((group) => {
      const { of, usedBytes, reclaimableBytes = 0, limitBytes, oomKills = 0 } = group;
      const more = {
        who: of === 'own' ? 'clawdoctor itself' : of,
        usedMiB: mebibytes(usedBytes - reclaimableBytes),
        limitMiB: limitBytes === undefined ? 'unlimited' : mebibytes(limitBytes),
        killsText: oomKills > 0 ? `, and the kernel has killed ${oomKills} of its processes` : '',
      };
      return at.found('group-pressed', more, { subject: `${at.subject.id}#${of}` });
    });
    if (isPressed(pressure)) return [at.found('pressed', params), ...groups];
    return groups.length > 0 ? groups : [at.found('calm', params)];
  },
});
