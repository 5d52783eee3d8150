import type { z } from 'zod';
import { approval } from './approvals.js';
import { auditEvent } from './audit.js';
import { policyCheckReply, policyCheckRequest, snapshot } from './checks.js';
import { policyDocument } from './documents.js';
import { errorBody } from './error.js';
import { apiKey, newApiKey, session } from './keys.js';
import { policy, policyInput, policyVersion } from './policies.js';
import { server, toolDefinition, toolLine, toolTable } from './servers.js';

/**
 * Schemas that stand in the OpenAPI document under a name of their own, wherever they are met. A shape stands before
 * those that hold it.
 */
export const SHAPES: Readonly<Record<string, z.ZodType>> = {
  Error: errorBody,
  Policy: policy,
  PolicyInput: policyInput,
  PolicyVersion: policyVersion,
  PolicyCheck: policyCheckRequest,
  Decision: policyCheckReply,
  Snapshot: snapshot,
  PolicyDocument: policyDocument,
  Approval: approval,
  AuditEvent: auditEvent,
  Server: server,
  ToolDefinition: toolDefinition,
  ToolLine: toolLine,
  ToolTable: toolTable,
  ApiKey: apiKey,
  NewApiKey: newApiKey,
  Session: session,
};
