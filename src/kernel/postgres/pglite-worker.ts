/**
 * Worker thread that holds PGlite, so that no query ever blocks the event loop of the process. Clients are message ports that speak
 * PostgreSQL's wire protocol; `pg` drives them like sockets (see pglite-stream.ts).
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { endsInTransaction, failure, RequestReader, welcome } from './pglite-wire.ts';

interface Client {
  port: MessagePort;
  isClosed: boolean;
  /** Units that wait for the engine. */
  units: Uint8Array[];
}

const owner = parentPort;
if (owner === null) throw new Error('pglite-worker.ts runs in a worker thread only');

const settings = workerData as { folder: string };
// Whole pages in the log guard against a machine that loses power, which an engine without fsync does not outlive anyway; without them new people cost a tenth less.
const startParams = [...PGlite.defaultStartParams, '-c', 'full_page_writes=off'];
const engine = await PGlite.create(settings.folder, { relaxedDurability: false, startParams });
await engine.exec("SET TIME ZONE 'UTC'");

const waiting: Client[] = [];
let transactionOwner: Client | undefined;
let isRunning = false;

/** Runs units one at a time; while a client is inside a transaction, only its own. */
async function run(): Promise<void> {
  if (isRunning) return;
  isRunning = true;
  for (let client = nextClient(); client !== undefined; client = nextClient()) {
    const unit = client.units.shift();
    if (unit === undefined) await rollBackAfter(client);
    else await runUnit(client, unit);
  }
  isRunning = false;
}

function nextClient(): Client | undefined {
  if (transactionOwner !== undefined) {
    if (transactionOwner.units.length === 0 && !transactionOwner.isClosed) return undefined;
    const at = waiting.indexOf(transactionOwner);
    if (at >= 0) waiting.splice(at, 1);
    return transactionOwner;
  }
  for (let client = waiting.shift(); client !== undefined; client = waiting.shift()) {
    if (client.units.length > 0) return client;
  }
  return undefined;
}

async function runUnit(client: Client, unit: Uint8Array): Promise<void> {
  try {
    const answer = await engine.execProtocolRaw(unit);
    transactionOwner = endsInTransaction(answer) ? client : undefined;
    if (!client.isClosed) client.port.postMessage(answer);
  } catch (error) {
    transactionOwner = engine.isInTransaction() ? client : undefined;
    client.port.postMessage(failure(error instanceof Error ? error.message : String(error)));
  }
}

/** A client that went away in the middle of its transaction leaves nothing behind. */
async function rollBackAfter(client: Client): Promise<void> {
  if (transactionOwner !== client) return;
  transactionOwner = undefined;
  await engine.exec('ROLLBACK');
}

function serve(port: MessagePort): void {
  const client: Client = { port, isClosed: false, units: [] };
  const reader = new RequestReader();
  port.on('message', (chunk: Uint8Array) => {
    for (const request of reader.push(chunk)) {
      if (request.kind === 'unit') {
        client.units.push(request.bytes);
        waiting.push(client);
      } else if (request.kind === 'startup') port.postMessage(welcome());
      else if (request.kind === 'ssl') port.postMessage(new Uint8Array([0x4e]));
      else port.close();
    }
    void run();
  });
  port.on('close', () => {
    client.isClosed = true;
    client.units = [];
    void run();
  });
}

owner.on('message', async (order: { connect: MessagePort } | 'close') => {
  if (order !== 'close') return serve(order.connect);
  await engine.close();
  owner.postMessage('closed');
  owner.close();
});
owner.postMessage('ready');
