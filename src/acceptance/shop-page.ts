import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProductProcess } from './product-process.ts';

/** A web page of somebody's shop, on an origin of its own, with the browser snippet on it. */
export interface ShopPage {
  url: string;
  close(): void;
}

export async function openShopPage(product: ProductProcess, writeKey: string): Promise<ShopPage> {
  const server = createServer((request, reply) => {
    if (request.url === '/favicon.ico') return void reply.writeHead(204).end();
    reply.setHeader('content-type', 'text/html');
    reply.end(`<!doctype html><html lang="en"><title>Shop</title><h1>Tea</h1>
      <script async src="${product.url}/perennial.js" data-write-key="${writeKey}"></script>
      <script>window.perennial = window.perennial || []; perennial.push(['track', 'Tea Viewed', { price: 12.5 }]);</script>`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
