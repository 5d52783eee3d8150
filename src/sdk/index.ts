export type { WithMiddleware } from './with-middleware.js';
export { withMiddleware } from './with-middleware.js';
