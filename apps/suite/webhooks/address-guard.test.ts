import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AddressRefused, createAddressGuard, type Resolve } from './address-guard.js';

const names: Readonly<Record<string, readonly string[]>> = {
  'hooks.example.com': ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  'inside.example.com': ['10.1.2.3'],
  'localhost': ['127.0.0.1', '::1'],
  'localtest.example.com': ['127.0.0.1'],
  'metadata.example.com': ['169.254.169.254'],
  'half-inside.example.com': ['93.184.215.14', '192.168.0.10'],
  'v6-inside.example.com': ['93.184.215.14', 'fd12:3456::1'],
  'mapped.example.com': ['::ffff:10.0.0.1'],
  'zone.example.com': ['fe80::1%eth0'],
  'nonsense.example.com': ['not an address'],
  'nothing.example.com': [],
};

const resolve: Resolve = async (hostname) => {
  const found = names[hostname];
  if (!found) throw new Error('ENOTFOUND');
  return found.map((address) => ({ address, family: isIP(address) === 6 ? 6 : 4 }));
};

const guard = createAddressGuard({ allowLoopback: false, resolve });
const outcome = async (text: string, by = guard) => {
  const url = by.read(text);
  if (typeof url === 'string') return 'not read';
  return by.resolve(url).then((addresses) => addresses.map(({ address }) => address).join(' '), (error: unknown) => {
    if (error instanceof AddressRefused) return 'refused';
    throw error;
  });
};

describe('where webhooks may go', () => {
  it.each([
    ['this network', 'https://0.0.0.0/'], ['this network, further', 'https://0.1.2.3/'], ['private 10', 'https://10.0.0.1/'], ['private 10, its end', 'https://10.255.255.255/'],
    ['carrier-grade NAT', 'https://100.64.0.1/'], ['metadata at Alibaba', 'https://100.100.100.200/'], ['loopback', 'https://127.0.0.1/'], ['loopback, further', 'https://127.8.8.8:8443/'],
    ['link-local', 'https://169.254.1.1/'], ['metadata at AWS, GCP, Azure', 'https://169.254.169.254/latest/meta-data/'], ['metadata of ECS', 'https://169.254.170.2/'],
    ['private 172', 'https://172.16.0.1/'], ['private 172, its end', 'https://172.31.255.255/'], ['metadata at Oracle', 'https://192.0.0.192/'], ['documentation', 'https://192.0.2.1/'],
    ['6to4 relays', 'https://192.88.99.1/'], ['private 192', 'https://192.168.1.1/'], ['benchmarks', 'https://198.18.0.1/'], ['documentation 2', 'https://198.51.100.7/'],
    ['documentation 3', 'https://203.0.113.9/'], ['multicast', 'https://224.0.0.1/'], ['multicast, its end', 'https://239.255.255.255/'], ['reserved', 'https://240.0.0.1/'],
    ['broadcast', 'https://255.255.255.255/'], ['Azure’s wire server', 'https://168.63.129.16/'],
    ['loopback as one number', 'https://2130706433/'], ['loopback in hexadecimal', 'https://0x7f.0.0.1/'], ['loopback in octal', 'https://0177.0.0.1/'], ['loopback in short', 'https://127.1/'],
    ['loopback in full-width digits', 'https://１２７.0.0.1/'],
    ['v6 unspecified', 'https://[::]/'], ['v6 loopback', 'https://[::1]/'], ['v4-mapped loopback', 'https://[::ffff:127.0.0.1]/'], ['v4-mapped private', 'https://[::ffff:a00:1]/'],
    ['v4-mapped metadata', 'https://[::ffff:169.254.169.254]/'], ['v4-compatible', 'https://[::10.0.0.1]/'], ['NAT64', 'https://[64:ff9b::a00:1]/'], ['NAT64, local', 'https://[64:ff9b:1::a00:1]/'],
    ['discard only', 'https://[100::1]/'], ['Teredo', 'https://[2001:0:1::1]/'], ['ORCHID', 'https://[2001:20::1]/'], ['v6 documentation', 'https://[2001:db8::1]/'],
    ['6to4 of a private address', 'https://[2002:a00:1::1]/'], ['v6 documentation 2', 'https://[3fff::1]/'], ['segment routing', 'https://[5f00::1]/'],
    ['unique local', 'https://[fc00::1]/'], ['metadata at AWS over v6', 'https://[fd00:ec2::254]/'], ['v6 link-local', 'https://[fe80::1]/'], ['site-local', 'https://[fec0::1]/'],
    ['v6 multicast', 'https://[ff02::1]/'],
    ['a name of loopback', 'https://localhost/'], ['another name of loopback', 'https://localtest.example.com/'], ['a name of a private address', 'https://inside.example.com/'],
    ['a name of the metadata address', 'https://metadata.example.com/'], ['a name of which one address is private', 'https://half-inside.example.com/'],
    ['a name of which the v6 address is private', 'https://v6-inside.example.com/'], ['a name of a mapped address', 'https://mapped.example.com/'],
    ['a name of an address with a zone', 'https://zone.example.com/'], ['a name of nonsense', 'https://nonsense.example.com/'], ['a name without addresses', 'https://nothing.example.com/'],
    ['a name that does not exist', 'https://unknown.example.com/'],
  ])('is not %s: %s', async (_, url) => {
    expect(await outcome(url)).toBe('refused');
  });

  it.each([
    ['http://hooks.example.com/'], ['ftp://hooks.example.com/'], ['file:///etc/passwd'], ['javascript:alert(1)'], ['hooks.example.com'], ['//hooks.example.com'], [''],
    ['https://ann:secret@hooks.example.com/'], ['https://ann@hooks.example.com/'], ['https://hooks.example.com/#part'], [`https://hooks.example.com/${'x'.repeat(500)}`],
  ])('is not "%s", with a sentence why', async (text) => {
    const read = guard.read(text);
    expect(read).toMatch(/\.$/);
  });

  it('is the public internet, by every address of the name', async () => {
    expect(await outcome('https://hooks.example.com/in?key=1')).toBe('93.184.215.14 2606:2800:21f:cb07:6820:80da:af6b:8b2c');
    expect(await outcome('https://93.184.215.14:8443/in')).toBe('93.184.215.14');
    expect(await outcome('https://[2606:4700::6810:84e5]/')).toBe('2606:4700::6810:84e5');
    expect(await outcome('https://172.32.0.1/')).toBe('172.32.0.1');
    expect(await outcome('https://100.128.0.1/')).toBe('100.128.0.1');
  });

  it('is this machine as well when the suite itself runs on loopback, and then nothing else by http or inside', async () => {
    const demo = createAddressGuard({ allowLoopback: true, resolve });
    expect(await outcome('http://127.0.0.1:9000/', demo)).toBe('127.0.0.1');
    expect(await outcome('http://localhost:9000/', demo)).toBe('127.0.0.1 ::1');
    expect(await outcome('http://hooks.example.com/', demo)).toBe('refused');
    expect(await outcome('http://inside.example.com/', demo)).toBe('refused');
    expect(await outcome('https://169.254.169.254/', demo)).toBe('refused');
    expect(await outcome('https://hooks.example.com/', demo)).not.toBe('refused');
  });

  it('is asked of the system’s own resolver when no other is given', async () => {
    const system = createAddressGuard({ allowLoopback: false });
    expect(await outcome('https://localhost/', system)).toBe('refused');
    expect(await outcome('https://does-not-exist.invalid/', system)).toBe('refused');
  });
});
