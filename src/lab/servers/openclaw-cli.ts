import { CallFailed, callGateway, targetOf } from './cli-client.js';
import { config } from './cli-config.js';
import { type Cli, openCli } from './cli-context.js';
import { devices } from './cli-devices.js';
import { askControl } from './control-client.js';
import { below, type Json } from './json.js';
import { type LabLine, releases } from './line.js';

const usage = `usage: openclaw devices list|approve|reject|remove|revoke
       openclaw config get|set|unset PATH [VALUE]
       openclaw gateway start|stop|restart|status|install --force|call METHOD
       openclaw health`;

/** The lab's `openclaw`: the commands of the release that operators meet in a remedy. */
export async function main(
  argv: readonly string[],
  options: { line: LabLine; control: string },
): Promise<void> {
  const json = argv.includes('--json');
  const words = argv.filter((word) => !word.startsWith('--'));
  if (argv.includes('--version') || argv.includes('-V')) {
    process.stdout.write(`OpenClaw ${releases[options.line]}\n`);
    return;
  }
  try {
    process.exitCode = await run(await openCli(options, json), argv, words);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}

async function run(cli: Cli, argv: readonly string[], words: readonly string[]): Promise<number> {
  const [area, verb = '', first, second] = words;
  if (area === 'devices' && ['list', 'approve', 'reject', 'remove', 'revoke'].includes(verb))
    return devices(cli, verb, first, second);
  if (area === 'config' && ['get', 'set', 'unset'].includes(verb))
    return config(cli, verb, first ?? '', second);
  if (area === 'gateway' && verb === 'call') return call(cli, first ?? 'health');
  if (area === 'gateway' && verb === 'status') return status(cli);
  if (area === 'gateway' && ['start', 'stop', 'restart'].includes(verb)) return service(cli, verb);
  if (area === 'gateway' && verb === 'install' && argv.includes('--force')) return install(cli);
  if (area === 'health') return call(cli, 'health');
  cli.err(usage);
  return 1;
}

async function service(cli: Cli, action: string): Promise<number> {
  const { stateDir } = cli.paths;
  const { ok, message } = await askControl(cli.control, { op: 'gateway', action, stateDir });
  cli.out(message);
  // As the release: a service that is not installed is no failure of the command.
  return ok || message === 'Gateway service disabled.' ? 0 : 1;
}

/** The unit is written anew from this install, whether there was one or not. */
async function install(cli: Cli): Promise<number> {
  const { stateDir } = cli.paths;
  const port = Number(below(cli.config, 'gateway').port ?? 18_789);
  const request = { op: 'gateway', action: 'install', stateDir, line: cli.line, port };
  const { ok, message } = await askControl(cli.control, request);
  cli.out(message);
  return ok ? 0 : 1;
}

async function call(cli: Cli, method: string): Promise<number> {
  try {
    cli.out(JSON.stringify(await callGateway(cli, method, {}), null, 2));
    return 0;
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const { url, source } = targetOf(cli);
    cli.err(`Gateway call failed: GatewayTransportError: ${error.message}`);
    cli.err(`Gateway target: ${url}\nSource: ${source}\nConfig: ${cli.paths.configPath}`);
    return 1;
  }
}

/** Exit 0 also when the gateway refuses us, as both releases do. */
async function status(cli: Cli): Promise<number> {
  const { url } = targetOf(cli);
  const rpc: Json = { ok: false, url };
  try {
    await callGateway(cli, 'health', {});
    rpc.ok = true;
  } catch (error) {
    rpc.error = error instanceof Error ? error.message : 'failed';
  }
  const gateway = below(cli.config, 'gateway');
  const report = {
    cli: { version: releases[cli.line] },
    config: { cli: { path: cli.paths.configPath } },
    gateway: { bindMode: gateway.bind ?? 'loopback', port: gateway.port ?? 18_789, probeUrl: url },
    rpc,
  };
  cli.out(cli.json ? JSON.stringify(report, null, 2) : `Gateway: ${url} ok=${String(rpc.ok)}`);
  return 0;
}
