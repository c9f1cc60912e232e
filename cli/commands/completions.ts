/** `harombe completions <shell>`, and the hidden `harombe complete -- …` that the shells' scripts ask. */
import completionsOf from "@bomb.sh/tab/commander";
import type { CommandNode } from "../program.ts";

/** Adds both to `program`, after every other command. They print by themselves. */
export function addCompletions(program: CommandNode): void {
  completionsOf(program, { completionCommandName: "completions" });
}
