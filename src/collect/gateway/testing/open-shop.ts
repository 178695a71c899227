import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '..', '..', '..', '..', 'node_modules');

/** A shop on a host of its own, whose pages load a client library out of its package. */
export interface Shop {
  url: string;
  /** Sets the page that `path` answers: what stands in its head, after the library at `/lib/<file of a package>`. */
  page(path: string, head: string): void;
  close(): void;
}

export async function openShop(): Promise<Shop> {
  const pages = new Map<string, string>();
  const server = createServer((request, reply) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    if (pathname.startsWith('/lib/')) {
      reply.setHeader('content-type', 'text/javascript');
      createReadStream(join(packages, pathname.slice(5)))
        .on('error', () => reply.writeHead(404).end())
        .pipe(reply);
      return;
    }
    const head = pages.get(pathname);
    if (head === undefined) {
      reply.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    reply.setHeader('content-type', 'text/html; charset=utf-8');
    reply.end(`<!doctype html><title>Shop</title>${head}<main><button id="pay" class="primary">Pay now</button></main>`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    page: (path, head) => {
      pages.set(path, head);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
