export type { ApprovalDecision, ApprovalHandler, ApprovalRequest, AskInbox } from './approval/approval.js';
export { CannotAskError } from './approval/cannot-ask-error.js';
export { type BlockMetadata, extractBlockMetadata } from './approval/extract-block-metadata.js';
export { autoApprove } from './approval/handlers/auto-approve.js';
export { autoDeny } from './approval/handlers/auto-deny.js';
export { controlplaneApproval } from './approval/handlers/controlplane-approval.js';
export { elicitApproval } from './approval/handlers/elicit-approval.js';
export { firstOf } from './approval/handlers/first-of.js';
export { promptApproval } from './approval/handlers/prompt-approval.js';
export {
  webhookApproval,
  type WebhookApprovalOptions,
  type WebhookInternals,
} from './approval/handlers/webhook-approval.js';
export type { AuditEvent, AuditIntent, PolicyDecision, ResultStatus, Sink, StoredEvent } from './audit/audit-event.js';
export { AuditError } from './audit/audit-error.js';
export { AuditLogger, type AuditPage } from './audit/audit-logger.js';
export type { AuditLoggerOptions, RetentionOptions } from './audit/audit-options.js';
export type { SignedHead } from './audit/chain/signed-head.js';
export type { BadRecord, Verification, VerifyOptions } from './audit/chain/verify-record.js';
export { type LevelLogger, LoggingAuditLogger } from './audit/logging-audit-logger.js';
export type { Elicit, Elicitation, ElicitationAnswer } from './call/call-host.js';
export { MemorySink } from './audit/memory-sink.js';
export type { AuditFilter, AuditQuery } from './audit/query/audit-query.js';
export type { AuditStats, Percentiles } from './audit/query/audit-stats.js';
export type { Action, Risk } from './call/action.js';
export type { Decision, DecisionPoint, Obligations } from './call/decision.js';
export type { Finding, FindingAction, FindingCategory, PIIScanner, ScanContext } from './call/finding.js';
export type {
  CallNotification,
  CallToolContext,
  ClientInfo,
  HostRequest,
  InvalidCallContext,
  ListedTool,
  ListPage,
  ListToolsContext,
  Middleware,
} from './call/host-request.js';
export type { JsonObject } from './call/json.js';
export type { Door, Principal, ToolCall, ToolDefinition } from './call/tool-call.js';
export type {
  AuditOptions,
  AuditParams,
  BlockMode,
  DecisionMode,
  GovernanceOptions,
  OnPinChange,
  PiiActions,
  PiiScan,
  PinOptions,
  PolicyConfig,
  ToolGovernanceConfig,
} from './config/options.js';
export { ConfigError } from './errors/config-error.js';
export type { Code } from './errors/codes.js';
export { GovernanceError } from './errors/governance-error.js';
export { GovernanceFailure } from './errors/governance-failure.js';
export {
  ApprovalDeniedError,
  ApprovalTimeoutError,
  CancelledError,
  isPolicyViolation,
  LimitError,
  PiiError,
  type PolicyResult,
  PolicyViolationError,
  RateLimitError,
} from './errors/policy-violation-error.js';
export { type AuthorGovernance, governance, type GovernanceTag } from './governance.js';
export { GovernanceMiddleware } from './governance-middleware.js';
export type { ConnectionStatus } from './connection/connection-status.js';
export type { GovernanceStatus } from './enforcement/governance-status.js';
export { governToolCall, type GovernedToolCall, type GovernedToolResult } from './govern-tool-call.js';
export type { OwnDetector, OwnPattern } from './pii/own-patterns.js';
export { RegexPIIScanner } from './pii/regex-pii-scanner.js';
export type { RegexPIIScannerOptions } from './pii/scanner-options.js';
export type { PolicyDocument, PolicyRule } from './policy/document.js';
export type { Explanation, ExplanationStep } from './policy/explanation.js';
export { PolicyDocumentError, type PolicyProblem } from './policy/policy-document-error.js';
export { PolicyHierarchy, type PolicyLayers } from './policy/policy-hierarchy.js';
export { PolicyWatcher, type PolicyTarget, type PolicyWatcherOptions } from './policy/policy-watcher.js';
export { type ExplainedDecision, Policy, type SourceOptions } from './policy/policy.js';
export type { PolicyCall } from './policy/subject.js';
export type { RateLimitOptions } from './rate-limit/rate-limit-rule.js';
export type { RateLimitStore } from './rate-limit/stores.js';
export { type CheckResult, type FilterCall, type FilterList, ToolFilter } from './tool-filter.js';
export { type MethodTool, tool, type ToolDescription, toolsFrom } from './tool.js';
