// What is used of packages that bring no types.
declare module 'pouchdb-core' {
  interface PouchConstructor {
    plugin(plugin: unknown): PouchConstructor;
    defaults(options: { readonly adapter: string }): PouchConstructor;
  }
  const PouchDB: PouchConstructor;
  export default PouchDB;
}
declare module 'pouchdb-adapter-memory' {
  const plugin: unknown;
  export default plugin;
}
declare module 'pouchdb-mapreduce' {
  const plugin: unknown;
  export default plugin;
}
declare module 'pouchdb-replication' {
  const plugin: unknown;
  export default plugin;
}
declare module 'express-pouchdb' {
  import type { RequestListener } from 'node:http';
  function expressPouchdb(
    database: unknown,
    options: { readonly mode: 'minimumForPouchDB'; readonly inMemoryConfig: boolean },
  ): RequestListener;
  export default expressPouchdb;
}
