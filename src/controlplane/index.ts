export { Administration, type AdministrationOptions } from './administration/administration.js';
export { type Controlplane, createControlplane, type StartedControlplane } from './controlplane.js';
export type { NewKey } from './keys/key-store.js';
export type { ControlplaneOptions } from './options.js';
export type { Role } from '../wire/role.js';
