/** A database, as its driver wants to be told. */
export interface Address {
  readonly family: 'postgres' | 'mariadb';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: 'off' | 'verify' | 'unverified';
}

/** Takes a URL apart: no driver is given it whole, whose messages might show it. */
export function readAddress(url: string, tls: Address['tls']): Address {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const family = protocol.startsWith('postgres') ? 'postgres' : 'mariadb';
  return {
    family,
    // A socket's folder is written as a host too: %2Fvar%2Frun%2Fpostgresql.
    host: decodeURIComponent(hostname).replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (family === 'postgres' ? 5432 : 3306) : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    tls,
  };
}

/** As the drivers of both families take it. */
export function tlsOptions(tls: Address['tls']): { readonly rejectUnauthorized: boolean } | undefined {
  return tls === 'off' ? undefined : { rejectUnauthorized: tls === 'verify' };
}
