import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Child, Children } from './children.js';
import { serverScript } from './children.js';
import type { ControlAnswer, ControlRequest } from './control.js';
import {
  installNemoClaw,
  installOpenClaw,
  installPackage,
  type Layout,
  programs,
  proxyLauncher,
} from './layout.js';
import { managed, putUnit } from './place.js';
import { freePort } from './ports.js';
import type { LabLine } from './servers/line.js';
import { dayFile } from './servers/log.js';

export interface GatewayOptions {
  line: LabLine;
  /** Default: the operator's HOME. */
  home?: string;
  config: object;
  /** Of this start only: by hand, with `--token`, say. */
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

interface Service {
  line: LabLine;
  home: string;
  env: Readonly<Record<string, string>>;
  child?: Child;
}

interface Proxy {
  port: number;
  backendPort: number;
  child: Child;
}

/** What a scenario stages with. */
export class Lab {
  readonly #services = new Map<string, Service>();
  readonly #proxies = new Map<string, Proxy>();

  constructor(
    readonly layout: Layout,
    readonly children: Children,
  ) {}

  /** Where the host's /proc is looked for; a scenario may put another one there. */
  procRoot = '/proc';

  get home(): string {
    return this.layout.home;
  }

  /** The log file of today, of every gateway of this deployment. */
  get logFile(): string {
    return dayFile(this.layout.tmp, new Date());
  }

  /** The operator's shell; what a scenario adds is exported there. */
  get env(): Record<string, string> {
    return this.layout.env;
  }

  port(): Promise<number> {
    return freePort();
  }

  /** Never the same in two stagings. */
  secret(bytes = 24): string {
    return randomBytes(bytes).toString('hex');
  }

  /** A HOME of its own, for a sandbox or another user's gateway. */
  async otherHome(name: string): Promise<string> {
    const home = join(this.layout.root, 'homes', name);
    await mkdir(home, { recursive: true, mode: 0o700 });
    return home;
  }

  /** The `openclaw` on the operator's PATH. */
  installOpenClaw(line: LabLine): Promise<void> {
    return installOpenClaw(this.layout, line);
  }

  /** Another `openclaw` below a prefix, as another Node's npm leaves it; its package folder. */
  installBeside(prefix: string, line: LabLine, engines?: string): Promise<string> {
    return installPackage(this.layout, prefix, line, engines);
  }

  installNemoClaw(): Promise<void> {
    return installNemoClaw(this.layout);
  }

  /** Lets everybody look into the operator's directories, as most hosts do. */
  async openHome(): Promise<void> {
    for (const directory of [this.layout.root, this.home, join(this.home, '.openclaw')])
      await chmod(directory, 0o755);
  }

  /** Writes the config and nothing else. */
  async configure(options: Pick<GatewayOptions, 'home' | 'config'>): Promise<string> {
    const stateDir = join(options.home ?? this.home, '.openclaw');
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    const text = `${JSON.stringify(options.config, null, 2)}\n`;
    await writeFile(join(stateDir, 'openclaw.json'), text, { mode: 0o600 });
    return stateDir;
  }

  /** Writes the config and starts the gateway: by hand with `args`, later as its service. */
  async gateway(options: GatewayOptions): Promise<{ pid: number; stateDir: string }> {
    const stateDir = await this.installService(options);
    const service = this.#services.get(stateDir);
    if (service === undefined) throw new Error('the service was just installed');
    const child = await this.#run(service, options.args ?? []);
    return { pid: child.pid, stateDir };
  }

  /** Writes the config; `openclaw gateway start` can start it, nobody has. */
  async installService(options: GatewayOptions): Promise<string> {
    const stateDir = await this.configure(options);
    const { line, env = {}, home = this.home } = options;
    this.#services.set(stateDir, { line, home, env });
    return stateDir;
  }

  /** Writes the config and tries to start the gateway, which refuses. */
  async gatewayThatFails(options: GatewayOptions): Promise<string> {
    const stateDir = await this.installService(options);
    const service = this.#services.get(stateDir);
    if (service === undefined) throw new Error('the service was just installed');
    const started = await this.#run(service, options.args ?? []).catch((error: unknown) => {
      if (!String(error).includes('a lab process ended')) throw error;
    });
    if (started !== undefined) throw new Error('the gateway was not to start');
    return stateDir;
  }

  async #run(service: Service, args: readonly string[]): Promise<Child> {
    const { home, line, env } = service;
    const { PATH = '', TMPDIR = '' } = this.layout.env;
    const child = await this.children.start({
      script: serverScript('gateway'),
      args: ['--line', line, ...args],
      env: { PATH, TMPDIR, HOME: home, ...env },
      cwd: home,
    });
    service.child = child;
    return child;
  }

  /** Somebody's program on a port, which is no gateway. */
  async webServer(port: number): Promise<void> {
    const env = { PATH: this.layout.env.PATH ?? '', HOME: this.home };
    const args = ['--port', String(port)];
    await this.children.start({ script: serverScript('web-server'), args, env, cwd: this.home });
  }

  /** An OpenID provider on loopback with these public keys; its issuer. */
  async identityProvider(keys: readonly object[]): Promise<string> {
    const port = await freePort();
    const env = { PATH: this.layout.env.PATH ?? '', HOME: this.home };
    const args = ['--port', String(port), '--keys', JSON.stringify(keys)];
    const script = serverScript('identity-provider');
    await this.children.start({ script, args, env, cwd: this.home });
    return `http://127.0.0.1:${port}`;
  }

  /** An Ollama on loopback; the port it listens on. */
  async ollama(model: string, port?: number): Promise<number> {
    const listen = port ?? (await freePort());
    await this.children.start({
      script: serverScript('ollama'),
      args: ['--port', String(listen), '--model', model],
      env: { PATH: this.layout.env.PATH ?? '', HOME: this.home },
      cwd: this.home,
    });
    return listen;
  }

  /** NemoClaw's proxy, really started with `token`; writes its pid file. */
  async proxy(options: { token: string; backendPort: number; port?: number }): Promise<number> {
    const port = options.port ?? (await freePort());
    await this.#startProxy(port, options.backendPort, options.token);
    return port;
  }

  async #startProxy(port: number, backendPort: number, token: string): Promise<void> {
    const { PATH = '', TMPDIR = '' } = this.layout.env;
    const child = await this.children.start({
      script: await proxyLauncher(this.layout),
      env: {
        HOME: this.home,
        PATH,
        TMPDIR,
        OLLAMA_PROXY_TOKEN: token,
        OLLAMA_PROXY_PORT: String(port),
        OLLAMA_BACKEND_PORT: String(backendPort),
      },
      cwd: this.home,
    });
    this.#proxies.set(this.home, { port, backendPort, child });
    const root = join(this.home, '.nemoclaw');
    await mkdir(root, { recursive: true, mode: 0o700 });
    const options = { mode: 0o600 };
    await writeFile(join(root, 'ollama-auth-proxy.pid'), `${child.pid}\n`, options);
  }

  async stopProxy(): Promise<void> {
    await this.#proxies.get(this.home)?.child.stop();
  }

  /** Answers the commands of the deployment, as a service manager would. */
  async handle(request: ControlRequest): Promise<ControlAnswer> {
    if (request.op === 'proxy') return this.#restartProxy(request.home);
    const service = this.#services.get(request.stateDir);
    if (service === undefined) return { ok: false, message: 'Gateway service disabled.' };
    if (request.action === 'install') return this.#reinstall(service, request);
    if (request.action !== 'start') await service.child?.stop();
    const runs = service.child !== undefined && this.children.get(service.child.pid) !== undefined;
    if (request.by === 'systemd') Object.assign(service, { env: managed(service.env) });
    if (request.action !== 'stop' && !runs) await this.#run(service, []);
    const said = { start: 'started', stop: 'stopped', restart: 'restarted' }[request.action];
    return { ok: true, message: `Gateway service ${said}.` };
  }

  async #reinstall(service: Service, to: { line: LabLine; port: number }): Promise<ControlAnswer> {
    await putUnit(service.home, { ...programs(this.layout), port: to.port });
    await service.child?.stop();
    await this.#run(Object.assign(service, { line: to.line, env: managed({}) }), []);
    return { ok: true, message: 'Installed systemd service' };
  }

  async #restartProxy(home: string): Promise<ControlAnswer> {
    const proxy = this.#proxies.get(home);
    if (proxy === undefined) return { ok: false, message: 'no proxy to restart' };
    const token = await readFile(join(home, '.nemoclaw', 'ollama-proxy-token'), 'utf8');
    await proxy.child.stop();
    await this.#startProxy(proxy.port, proxy.backendPort, token.trim());
    return { ok: true, message: 'Ollama auth proxy restarted.' };
  }
}
