export type { InitOptions, SessionGovernance, SessionOptions } from '../config/session-options.js';
export { configureSession, type GovernedSession } from './configure-session.js';
export { init } from './init.js';
