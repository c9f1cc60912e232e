/** The published door: what another program may import. The only file that re-exports. */
export { type Chat, ChatError, type ChatEvent, type ChatRequest, Message, Part, text, textOf } from "../node/chat.ts";
export { ToolCall, ToolResult, ToolSpec } from "../node/chat.ts";
export type { Envelope, EventLog } from "../node/event.ts";
export { AgentEvent } from "../agent/event.ts";
export { type Agent, type Budget, runTurn, type Turn } from "../agent/loop.ts";
export type { CallContext, CallTool } from "../security/gateway.ts";
export type { Tool, ToolContext, ToolOutput } from "../security/tool.ts";
