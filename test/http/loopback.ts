import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Loopback { url: string; server: Server; close(): Promise<void> }

/** A real server on a free loopback port; with `tls` it speaks TLS. */
export async function listen(handler: RequestListener, tls?: ServerOptions): Promise<Loopback> {
  const server: Server = tls ? createTlsServer(tls, handler) : createServer(handler);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http${tls ? 's' : ''}://127.0.0.1:${String(port)}`, server,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Certificate { key: string; cert: string }

/** A self-signed certificate made by the openssl command. */
export function certificate(options: { names: string; expired?: boolean }): Certificate {
  const dir = mkdtempSync(join(tmpdir(), 'b2b-cert-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  try {
    const config = ['[ca]', 'default_ca=me', '[me]', 'database=index.txt', 'new_certs_dir=.', 'default_md=sha256', 'rand_serial=yes',
      'policy=any', 'x509_extensions=ext', '[any]', 'commonName=supplied', '[ext]', `subjectAltName=${options.names}`, 'basicConstraints=CA:true'];
    writeFileSync(join(dir, 'ca.cnf'), config.join('\n'));
    writeFileSync(join(dir, 'index.txt'), '');
    openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem', '-out', 'csr.pem', '-subj', '/CN=test');
    const until = options.expired ? '20210101000000Z' : '20991231000000Z';
    openssl('ca', '-config', 'ca.cnf', '-selfsign', '-batch', '-notext', '-keyfile', 'key.pem', '-in', 'csr.pem', '-out', 'cert.pem',
      '-startdate', '20200101000000Z', '-enddate', until);
    return { key: readFileSync(join(dir, 'key.pem'), 'utf8'), cert: readFileSync(join(dir, 'cert.pem'), 'utf8') };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
