/** The end of a tool that was cancelled and may not end by itself. */
import { text } from "../node/chat.ts";
import type { ToolOutput } from "./tool.ts";

/** The work's output, or, if it does not end soon after `signal`, that its outcome is unknown. */
export async function orCancelled(
  work: Promise<ToolOutput>,
  { name, graceMs }: { name: string; graceMs: number },
  signal: AbortSignal,
): Promise<ToolOutput> {
  const given = Promise.withResolvers<ToolOutput>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onAbort = () => {
    const unknown = `${name} was cancelled and did not end; its outcome is unknown`;
    timer = setTimeout(() => given.resolve({ content: text(unknown), isError: true }), graceMs);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, given.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
