import { defineCheck } from '../../src/model/check.js';
import type { CredentialFile } from '../../src/model/facts-credential-files.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'token/permissions',
  stage: 'doctor',
  per: 'gateway',
  title: 'only the user of the gateway can read and replace its credentials',
  about:
    'Looks at owner and mode of every file that holds a credential (config and its copies, .env, unit environment files, device identity, pairing, auth profiles, databases), of the state directory and of operator sockets, together with the directories above them: a file of mode 0644 inside a private directory is private. Whoever reads a token can use it; whoever can replace the file decides what is accepted.',
  falsePositives:
    'A group whose members are only you under another name; a host that nobody else can log in to. The state directory of 2026.5.18 may be listed by everybody (0755) while its files are 0600: that is silent.',
  needs: [],
  uses: ['gateway.credential-files'],
  codes: {
    private: {
      outcome: 'pass',
      text: 'all {count} files that hold a credential are readable and replaceable by their owner alone',
    },
    'nothing-here': { outcome: 'pass', text: 'there is no state directory, so no file in it' },
    'another-host': anotherHost,
    'readable-by-others': {
      outcome: 'warn',
      text: '{path} holds {what}, and {who} can read it (mode {mode})',
      next: ['close-file'],
    },
    'read-only-for-all': {
      outcome: 'warn',
      text: '{path} holds {what} and has mode {mode}: {who} can read it, and that keeps nobody from rewriting it, because OpenClaw puts a new file in its place',
      next: ['close-file'],
    },
    'replaceable-by-others': {
      outcome: 'warn',
      text: '{path} holds {what}, and {who} can change or replace it (mode {mode})',
      next: ['close-file'],
    },
    'state-dir-writable': {
      outcome: 'warn',
      text: '{path} can be written by {who} (mode {mode}), who could put another config or identity there',
      next: ['close-file'],
    },
    'socket-open': {
      outcome: 'warn',
      text: '{path} gives the rights of an operator, and {who} can connect to it (mode {mode})',
      next: ['close-file'],
    },
    'other-owner': {
      outcome: 'warn',
      text: '{path} belongs to uid {uid} and the state directory to uid {owner}: the gateway may be unable to read or replace it',
      next: ['give-to-owner'],
    },
    'not-seen': {
      outcome: 'unknown',
      text: '{paths} could not be looked at ({reason}); run clawdoctor as the user who owns them to know who can read them',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const seen = at.look('gateway.credential-files');
    if (seen?.state === 'absent') return [at.found('nothing-here')];
    if (seen?.state !== 'ok' || !seen.data) {
      const paths = [seen?.source ?? 'the state directory'];
      const reason = seen?.reason ?? seen?.state ?? 'nothing was looked at';
      return [at.found('not-seen', { paths, reason })];
    }
    const { stateDir, files, hidden } = seen.data;
    const found = [];
    if (stateDir.writable !== 'owner') {
      const params = {
        path: stateDir.path,
        who: who(stateDir.writable),
        mode: octal(stateDir.mode),
      };
      found.push(at.found('state-dir-writable', params));
    }
    for (const file of files) {
      const code = fault(file);
      const subject = `${at.subject.id}#${file.path}`;
      if (code !== undefined) {
        const open = code === 'replaceable-by-others' ? file.writable : file.reach;
        const params = {
          path: file.path,
          what: contents[file.kind],
          who: who(open),
          mode: octal(file.mode),
        };
        found.push(at.found(code, params, { subject }));
      }
      // Root reads and replaces everything; a unit and its files may well be root's.
      const foreign = file.uid !== stateDir.uid && stateDir.uid !== 0 && !ofSystem(file);
      if (foreign) {
        const params = { path: file.path, uid: file.uid, owner: stateDir.uid };
        found.push(at.found('other-owner', params, { subject }));
      }
    }
    const [first] = hidden;
    if (first) {
      const params = { paths: hidden.map((file) => file.path), reason: first.reason };
      found.push(at.found('not-seen', params));
    }
    return found.length > 0 ? found : [at.found('private', { count: files.length })];
  },
});

function fault(file: CredentialFile) {
  if (file.kind === 'socket') return file.writable === 'owner' ? undefined : 'socket-open';
  // A directory that others may write to has a finding of its own.
  const direct = (file.mode & (file.writable === 'everybody' ? 0o002 : 0o020)) !== 0;
  if (file.writable !== 'owner' && direct) return 'replaceable-by-others';
  if (file.reach === 'owner') return undefined;
  return (file.mode & 0o222) === 0 ? 'read-only-for-all' : 'readable-by-others';
}

const contents: Readonly<Record<CredentialFile['kind'], string>> = {
  config: 'the config with its secrets',
  'config-copy': 'a copy of the config with its secrets',
  dotenv: 'the variables of the gateway',
  'service-file': 'the variables of the service',
  unit: 'the unit',
  identity: 'the private key or tokens of this device',
  pairing: 'the tokens of paired devices',
  profiles: 'the keys of model providers',
  database: 'device tokens and keys',
  credentials: 'credentials of a channel',
  socket: 'the rights of an operator',
};

function ofSystem(file: CredentialFile): boolean {
  return file.kind === 'service-file' || file.kind === 'unit';
}

function who(reach: 'owner' | 'group' | 'everybody'): string {
  return reach === 'group' ? 'other members of its group' : 'every user of this host';
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
