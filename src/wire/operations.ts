import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { jsonObject } from './fields.js';

/** Says that the process lives. */
export const healthz = endpoint({
  id: 'healthz',
  method: 'GET',
  path: '/healthz',
  summary: 'The process lives.',
  roles: 'public',
  status: 200,
  reply: z.object({ status: z.literal('ok') }),
});

/** Says that it can work. */
export const readyz = endpoint({
  id: 'readyz',
  method: 'GET',
  path: '/readyz',
  summary: 'The store answers and the policies are loaded; 503 where not, and while the service stops.',
  roles: 'public',
  status: 200,
  reply: z.object({ status: z.literal('ready'), revision: z.int() }),
});

/** Figures for Prometheus. */
export const metrics = endpoint({
  id: 'metrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Figures in the text format of Prometheus.',
  roles: 'public',
  status: 200,
  reply: z.string(),
  mediaType: 'text/plain; version=0.0.4; charset=utf-8',
});

/** This document. */
export const openapi = endpoint({
  id: 'openapi',
  method: 'GET',
  path: '/openapi.json',
  summary: 'The OpenAPI document of this interface.',
  roles: 'public',
  status: 200,
  reply: jsonObject,
});

/** All endpoints of operations. */
export const OPERATION_ENDPOINTS = [healthz, readyz, metrics, openapi] as const;
