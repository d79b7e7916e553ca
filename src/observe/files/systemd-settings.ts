import { cleanText } from '../../domain/clean.js';
import type { Confinement, RestartPolicy } from '../../model/facts-service.js';
import { timeSpanMs } from './systemd-words.js';

const maxItems = 32;
const truths: ReadonlySet<string> = new Set(['1', 'yes', 'y', 'true', 't', 'on']);

/** Restart policy and confinement of a unit, assignment by assignment as systemd reads them. */
export class UnitSettings {
  readonly policy: RestartPolicy = { restart: 'no', preventExitStatus: [] };
  readonly confinement: Confinement = {
    privateNetwork: false,
    privateTmp: false,
    ipAddressDeny: [],
    ipAddressAllow: [],
  };

  /** The limit of starts stands in [Unit]; older units have it in [Service], which still counts. */
  assign(section: string, key: string, value: string): void {
    if (section !== 'Service' && section !== 'Unit') return;
    switch (key) {
      case 'StartLimitBurst':
        this.#number('limitBurst', value);
        break;
      case 'StartLimitIntervalSec':
      case 'StartLimitInterval':
        this.#span('limitIntervalMs', value);
        break;
      default:
        if (section === 'Service') this.#service(key, value);
    }
  }

  #service(key: string, value: string): void {
    const { policy, confinement } = this;
    switch (key) {
      case 'Restart':
        policy.restart = cleanText(value, 32) || 'no';
        break;
      case 'RestartSec':
        this.#span('delayMs', value);
        break;
      case 'WatchdogSec':
        this.#span('watchdogMs', value);
        break;
      case 'KillMode':
        if (value === '') delete policy.killMode;
        else policy.killMode = cleanText(value, 32) ?? '';
        break;
      case 'RestartPreventExitStatus':
        policy.preventExitStatus = extended(policy.preventExitStatus, value);
        break;
      case 'PrivateNetwork':
        confinement.privateNetwork = isTrue(value);
        break;
      case 'PrivateTmp':
        confinement.privateTmp = isTrue(value) || value === 'disconnected';
        break;
      case 'IPAddressDeny':
        confinement.ipAddressDeny = extended(confinement.ipAddressDeny, value);
        break;
      case 'IPAddressAllow':
        confinement.ipAddressAllow = extended(confinement.ipAddressAllow, value);
        break;
      case 'RestrictAddressFamilies':
        this.#families(value);
        break;
      default:
    }
  }

  #families(value: string): void {
    const { confinement } = this;
    if (value === '') {
      delete confinement.addressFamilies;
      return;
    }
    const deny = value.startsWith('~');
    const names = value === 'none' ? [] : words(deny ? value.slice(1) : value);
    const before = confinement.addressFamilies;
    if (!before) confinement.addressFamilies = { deny, names };
    // A later line of the other kind takes from what the earlier ones have named.
    else if (before.deny === deny) before.names = [...new Set([...before.names, ...names])];
    else before.names = before.names.filter((name) => !names.includes(name));
  }

  #span(key: 'delayMs' | 'limitIntervalMs' | 'watchdogMs', value: string): void {
    const ms = timeSpanMs(value);
    if (ms === undefined) Reflect.deleteProperty(this.policy, key);
    else this.policy[key] = ms;
  }

  #number(key: 'limitBurst', value: string): void {
    if (/^\d{1,9}$/.test(value)) this.policy[key] = Number(value);
    else Reflect.deleteProperty(this.policy, key);
  }
}

function isTrue(value: string): boolean {
  return truths.has(value.toLowerCase());
}

function words(value: string): string[] {
  const names = value.split(/\s+/).filter((word) => word !== '');
  return names.slice(0, maxItems).map((word) => cleanText(word, 64) ?? '');
}

/** An empty assignment empties the list, any other adds to it. */
function extended(list: readonly string[], value: string): string[] {
  return value === '' ? [] : [...list, ...words(value)].slice(0, maxItems);
}
