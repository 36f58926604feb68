/**
 * Whether a host is this machine itself, as the host name of a URL has it, or the address of a socket: `localhost`, 127.0.0.0/8
 * (also mapped into IPv6) or ::1. No name is looked up.
 */
export function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(?:localhost|::1|\[::1\]|(?:::ffff:)?127(?:\.\d{1,3}){3})$/.test(host);
}
