export { Faults } from './faults.js';
export type { Fault, FaultKind, Handler, LoggedRequest, StandInAnswer, StandInRequest } from './message.js';
export { RequestLog } from './request-log.js';
export { startServer } from './server.js';
export type { ServerOptions, StandInServer } from './server.js';
export { forkStandIn } from './fork-stand-in.js';
export type { ForkedStandIn } from './fork-stand-in.js';
export { repositoryRoot } from './repository-root.js';
