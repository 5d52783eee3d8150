import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { jsonObject } from './fields.js';

/** Says that the process lives. */
export const healthz = endpoint({
  method: 'GET',
  path: '/healthz',
  summary: 'The process lives.',
  roles: 'public',
  status: 200,
  reply: z.object({ status: z.literal('ok') }),
});

/** Says that it can work. */
export const readyz = endpoint({
  method: 'GET',
  path: '/readyz',
  summary: 'The store answers and the policies are loaded; 503 where not, and while the service stops.',
  roles: 'public',
  status: 200,
  reply: z.object({ status: z.literal('ready'), revision: z.int() }),
});

/** Figures for Prometheus. */
export const metrics = endpoint({
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
  method: 'GET',
  path: '/openapi.json',
  summary: 'The OpenAPI document of this interface.',
  roles: 'public',
  status: 200,
  reply: jsonObject,
});

/** All endpoints of operations. */
export const OPERATION_ENDPOINTS = [healthz, readyz, metrics, openapi] as const;
