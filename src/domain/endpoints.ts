import type { FactSet } from '../model/fact-set.js';
import type { UrlParts } from '../model/facts-gateway.js';
import type { Listener } from '../model/facts-host.js';
import { hostTarget, type Target } from '../model/target.js';
import { isLoopbackHost, splitUrl } from './openclaw/url.js';

/** OpenClaw's default port (docs/gateway of 2026.5.18 and 2026.9.6). */
export const defaultGatewayPort = 18789;
/** Default port of NemoClaw's Ollama auth proxy. */
export const defaultProxyPort = 11435;

export interface Endpoint {
  /** Without brackets. */
  host: string;
  port: number;
  secure: boolean;
  /** `http://127.0.0.1:18789`: scheme, host and port only. */
  http: string;
  ws: string;
  place: 'local' | 'remote';
  loopback: boolean;
  /** Undefined when listeners could not be listed. */
  listens?: boolean;
}

/** Where to contact a gateway: its own URL when that was asked for, else where it really listens. */
export function gatewayEndpoint(facts: FactSet, gateway: Target): Endpoint {
  const url = urlOf(gateway);
  const secure = url?.secure ?? facts.data('gateway.config', gateway.id)?.tls.enabled ?? false;
  if (gateway.place === 'remote' && url) return endpoint(url.host, url.port, secure, 'remote');
  const port = gatewayPort(facts, gateway);
  const given = facts.data('run', hostTarget.id)?.options.url;
  if (given && gateway.primary && given.port === port) {
    return endpoint(given.host, port, isSecure(given), 'local', listensAt(facts, port));
  }
  const listener = preferred(listenersAt(facts, port));
  const host = listener ? reachableAt(listener.address) : '127.0.0.1';
  return endpoint(host, port, secure, 'local', listensAt(facts, port));
}

export function gatewayPort(facts: FactSet, gateway: Target): number {
  return gateway.port ?? facts.data('gateway.config', gateway.id)?.port ?? defaultGatewayPort;
}

export function proxyPort(facts: FactSet, proxy: Target): number {
  return facts.data('proxy.files', proxy.id)?.port ?? proxy.port ?? defaultProxyPort;
}

/** The proxy binds all IPv4 addresses; `localhost` could be somebody else on ::1. */
export function proxyEndpoint(facts: FactSet, proxy: Target): Endpoint {
  const port = proxyPort(facts, proxy);
  return endpoint('127.0.0.1', port, false, 'local', listensAt(facts, port));
}

export function listenersAt(facts: FactSet, port: number): Listener[] {
  const all = facts.data('host.listeners', hostTarget.id)?.listeners ?? [];
  return all.filter((listener) => listener.port === port);
}

const preference = ['127.0.0.1', '0.0.0.0', '::1', '::'];

/** The listener that a local client reaches first: loopback, then all addresses, then the rest. */
export function preferred(listeners: readonly Listener[]): Listener | undefined {
  const rank = (listener: Listener): number => {
    const index = preference.indexOf(listener.address);
    if (index >= 0) return index;
    return isLoopbackHost(listener.address) ? 1 : preference.length;
  };
  return [...listeners].sort((a, b) => rank(a) - rank(b))[0];
}

function reachableAt(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}

/** Undefined when the listeners of this host could not be listed. */
export function listensAt(facts: FactSet, port: number): boolean | undefined {
  if (!facts.data('host.listeners', hostTarget.id)) return undefined;
  return listenersAt(facts, port).length > 0;
}

function endpoint(
  host: string,
  port: number,
  secure: boolean,
  place: Endpoint['place'],
  listens?: boolean,
): Endpoint {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    host,
    port,
    secure,
    http: `${secure ? 'https' : 'http'}://${authority}`,
    ws: `${secure ? 'wss' : 'ws'}://${authority}`,
    place,
    loopback: isLoopbackHost(host),
    ...(listens === undefined ? {} : { listens }),
  };
}

function urlOf(target: Target): { host: string; port: number; secure: boolean } | undefined {
  const url = splitUrl(target.url);
  return url && { host: url.host, port: url.port, secure: isSecure(url) };
}

function isSecure(url: UrlParts): boolean {
  return url.scheme === 'wss' || url.scheme === 'https';
}
