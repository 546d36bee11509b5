import { lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { BadAnswer } from '../contract/errors.js';

/** Link-local networks and the addresses at which clouds hand out credentials: never the place of a product picture. */
const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
forbidden.addAddress('100.100.100.200', 'ipv4');

/**
 * Where a connection's requests may go. Its own origin is what an operator configured and is trusted, on
 * a private network too; an absolute URL comes from data (a next link, a picture) and may lead only
 * there or to the hosts that were allowed by name.
 */
export class AddressGuard {
  readonly #base: URL;
  readonly #hosts: ReadonlySet<string>;

  constructor(
    private readonly connection: string,
    baseUrl: string,
    allowedHosts: readonly string[] = [],
  ) {
    this.#base = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
    this.#hosts = new Set(allowedHosts.map((host) => host.toLowerCase()));
  }

  /** The URL of a path below the base URL, or of an absolute one that may be followed. */
  resolve(path: string): URL {
    if (!isAbsolute(path)) return this.#below(path);
    if (!URL.canParse(path)) throw new BadAnswer(`${this.connection}: a link that is no URL was not followed`);
    const url = new URL(path);
    if (url.origin === this.#base.origin && url.username === '') return url;
    const reason = this.#refusal(url);
    if (reason !== null) throw new BadAnswer(`${this.connection}: a link to ${url.origin} was not followed: ${reason}`);
    return url;
  }

  /** Looks a host up and refuses what a name in data must not lead to. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      if (error !== null || hostname === this.#base.hostname) return callback(error, address, family);
      const addresses = Array.isArray(address) ? address : [{ address, family: family ?? 4 }];
      if (!addresses.some((found) => isForbidden(found.address))) return callback(null, address, family);
      callback(Object.assign(new Error(`${hostname} leads to a link-local address`), { code: 'EREFUSEDADDRESS' }), address, family);
    });
  };

  #below(path: string): URL {
    return new URL(path.replace(/^\/+/, ''), this.#base);
  }

  #refusal(url: URL): string | null {
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'only http and https are';
    if (url.username !== '' || url.password !== '') return 'it carries credentials';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isForbidden(host)) return 'link-local addresses never are';
    if (!this.#hosts.has(url.hostname.toLowerCase())) return `only ${this.#base.origin} and allowed hosts are`;
    return null;
  }
}

function isAbsolute(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(path) || path.startsWith('//') || path.startsWith('\\');
}

function isForbidden(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && forbidden.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
