import { isLoopback } from '@wayleave/platform/loopback';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** A numeric address as the system's resolver gives it. */
export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Gives all addresses of a host name, or of an address itself. Rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly Address[]>;

/** The host has no address, or one that nothing is sent to. Which of the two is not told: it would map our network for strangers. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/** Decides where webhooks may go. */
export interface AddressGuard {
  /** What is wrong with an address as typed, as a sentence; or the address. Asks no resolver. */
  read(text: string): URL | string;
  /** The checked addresses of the URL's host. Throws AddressRefused unless every one of them may be sent to. */
  resolve(url: URL): Promise<readonly Address[]>;
}

const resolveBySystem: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => ({ address, family: isIP(address) === 6 ? 6 : 4 }));
};

const longestUrl = 500;

/**
 * A guard that lets through https to addresses of the public internet alone. `allowLoopback`, for a suite that itself
 * runs on loopback, adds this machine's own addresses, with http as well.
 */
export function createAddressGuard({ allowLoopback, resolve = resolveBySystem }: { allowLoopback: boolean; resolve?: Resolve }): AddressGuard {
  const isAllowed = (url: URL, { address }: Address) =>
    (allowLoopback && isLoopback(address)) || (url.protocol === 'https:' && isPublic(address));
  return {
    read(text) {
      const url = URL.canParse(text) ? new URL(text) : null;
      if (url?.protocol !== 'https:' && !(allowLoopback && url?.protocol === 'http:')) return 'Enter a whole address that begins with https://.';
      if (url.username !== '' || url.password !== '') return 'Leave out user name and password: every delivery is signed instead.';
      if (url.hash !== '') return 'Leave out the part behind #: it is never sent.';
      return url.href.length > longestUrl ? `Enter an address of at most ${longestUrl} characters.` : url;
    },
    async resolve(url) {
      const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
      const addresses = isIP(hostname) === 0 ? await resolve(hostname).catch(() => []) : [{ address: hostname, family: isIP(hostname) === 6 ? 6 : 4 } as const];
      if (addresses.length === 0 || !addresses.every((address) => isAllowed(url, address))) throw new AddressRefused('no public address');
      return addresses;
    },
  };
}

/** IANA's special-purpose registry, multicast and reserved space, and one public address that Azure answers metadata on. */
const specialV4 = blockList('ipv4', [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
  ['168.63.129.16', 32],
]);

/** All global unicast. Loopback, link-local, unique local, multicast, v4-mapped and NAT64 addresses lie outside. */
const globalV6 = blockList('ipv6', [['2000::', 3]]);

/** What lies inside without being a place on the internet, or hides a v4 address: Teredo, documentation, 6to4. */
const specialV6 = blockList('ipv6', [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]]);

function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !specialV4.check(address, 'ipv4');
  return isIP(address) === 6 && globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6');
}

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family);
  return list;
}
