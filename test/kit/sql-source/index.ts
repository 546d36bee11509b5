export { createScratch, onMariadb } from './scratch.js';
export type { Beside, Family, Scratch } from './scratch.js';
export { sqlHarness } from './sql-harness.js';
export { onEachServer } from './on-each-server.js';
export { everyField, openEntity } from './open-entity.js';
export type { OpenEntity } from './open-entity.js';
