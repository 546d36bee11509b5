import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import expressPouchdb from 'express-pouchdb';
import memory from 'pouchdb-adapter-memory';
import PouchDB from 'pouchdb-core';
import mapreduce from 'pouchdb-mapreduce';
import replication from 'pouchdb-replication';

/**
 * A PouchDB Server that keeps everything in memory, in a process of its own: nothing of CouchDB's protocol is written
 * here. Sends `{ url }` once it listens and ends when its parent goes.
 */
const databases = PouchDB.plugin(memory).plugin(mapreduce).plugin(replication).defaults({ adapter: 'memory' });
const server = createServer(expressPouchdb(databases, { mode: 'minimumForPouchDB', inMemoryConfig: true }));
server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
process.once('disconnect', () => {
  server.close();
  server.closeAllConnections();
  process.exit();
});
