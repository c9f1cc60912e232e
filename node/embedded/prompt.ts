/** A conversation as the engine's chat templates take it: system text, then person and model in turns. Pure. */
import { ChatError, type Message, type Part, textOf, type ToolResult } from "../chat.ts";
import { argumentsObject } from "../wire/arguments.ts";
import { answerText, callText } from "./envelope.ts";
import type { HistoryItem } from "./llama.ts";

/**
 * `messages` as history, ending with the model's turn. `instructions` follow the system text. Where `enveloped`, earlier
 * answers stand in the form that the grammar asks of the next one. Templates have no place for a tool's result that all
 * of them know, so it is what the person says next. Throws `ChatError` `refused` for parts that are no text.
 */
export function historyOf(
  messages: readonly Message[],
  { instructions = "", enveloped = false }: { instructions?: string; enveloped?: boolean },
): HistoryItem[] {
  const system = [...messages.flatMap((m) => m.role === "system" ? [plainText(m.content)] : []), instructions]
    .filter((text) => text !== "");
  const turns = messages.flatMap((message): HistoryItem[] => {
    switch (message.role) {
      case "system":
        return [];
      case "user":
        return [{ type: "user", text: plainText(message.content) }];
      case "tool":
        return [{ type: "user", text: resultText(message.result) }];
      case "assistant": {
        const said = plainText(message.content);
        const calls = message.toolCalls.map((call) => callText(call.name, argumentsObject(call.arguments)));
        const own = said === "" ? [] : [enveloped ? answerText(said) : said];
        return [{ type: "model", response: [[...own, ...calls].join("\n")] }];
      }
    }
  });
  return [
    ...(system.length > 0 ? [{ type: "system" as const, text: system.join("\n\n") }] : []),
    ...joined(turns),
    { type: "model", response: [] },
  ];
}

function resultText({ name, content, isError }: ToolResult): string {
  return `Result of ${name}${isError ? " (it failed)" : ""}:\n${plainText(content)}`;
}

/** Turns of the same side in a row as one: many templates insist that sides alternate. */
function joined(turns: HistoryItem[]): HistoryItem[] {
  const out: HistoryItem[] = [];
  for (const turn of turns) {
    const last = out.at(-1);
    if (last?.type === "user" && turn.type === "user") last.text += `\n\n${turn.text}`;
    else if (last?.type === "model" && turn.type === "model") {
      last.response = [[...last.response, ...turn.response].join("\n")];
    } else out.push({ ...turn });
  }
  return out;
}

function plainText(content: readonly Part[]): string {
  const other = content.find((part) => part.type !== "text");
  if (other !== undefined) {
    throw new ChatError("refused", `Cannot show a part of type ${other.type} to an embedded model: it reads only text`);
  }
  return textOf(content);
}
