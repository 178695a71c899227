import { lookup as lookupName } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Addresses that are not of the public internet (IANA special-purpose registries): this machine, private networks, metadata of clouds. */
const privateRanges = {
  ipv4: [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['224.0.0.0', 3],
  ],
  ipv6: [
    ['::', 127],
    ['64:ff9b::', 96],
    ['fc00::', 7],
    ['fe80::', 10],
    ['ff00::', 8],
  ],
} as const;

/** Where clouds answer with the keys of the machine: never reached, whatever the setting. */
const metadataRange = ['169.254.0.0', 16] as const;

const privateAddresses = new BlockList();
for (const [net, prefix] of privateRanges.ipv4) privateAddresses.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of privateRanges.ipv6) privateAddresses.addSubnet(net, prefix, 'ipv6');
const metadataAddresses = new BlockList();
metadataAddresses.addSubnet(...metadataRange, 'ipv4');

/** A connection was refused because its address is not of the public internet. */
export class PrivateAddressError extends Error {
  readonly host: string;
  constructor(host: string) {
    super(`the address of ${host} is not public`);
    this.name = 'PrivateAddressError';
    this.host = host;
  }
}

/** Whether an IP address may be connected to. IPv4 inside IPv6 (`::ffff:10.0.0.1`) is judged as IPv4. */
export function isAllowedAddress(address: string, allowsPrivate: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (metadataAddresses.check(address, family)) return false;
  return allowsPrivate || !privateAddresses.check(address, family);
}

/** Throws `PrivateAddressError` when a host that stands as an IP address may not be connected to; names are judged when they are resolved. */
export function checkHost(host: string, allowsPrivate: boolean): void {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0 && !isAllowedAddress(bare, allowsPrivate)) throw new PrivateAddressError(bare);
}

/** A `lookup` for sockets that refuses names whose address may not be connected to. It judges the very address that is then used, so a name cannot change in between. */
export function guardedLookup(allowsPrivate: boolean): LookupFunction {
  return (host, options, done) => {
    lookupName(host, { ...options, all: true }, (error, found) => {
      if (error) return done(error, []);
      const refused = found.some(({ address }) => !isAllowedAddress(address, allowsPrivate));
      if (refused || found.length === 0) return done(new PrivateAddressError(host), []);
      if (options.all) return done(null, found);
      return done(null, found[0]?.address ?? '', found[0]?.family);
    });
  };
}
