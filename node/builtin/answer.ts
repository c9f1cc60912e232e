/** From frames and the results so far to what comes next: one more call, or the answer. */
import type { ToolResult } from "../chat.ts";
import type { Frame } from "./frame.ts";
import { helpText } from "./help.ts";
import { type Ask, StepFailed, type Steps, type Thread } from "./step.ts";
import { compareSteps, existsSteps, measureSteps, readSteps, statSteps } from "./steps/file.ts";
import { gitSteps } from "./steps/git.ts";
import { historySteps } from "./steps/history.ts";
import { portsSteps, processesSteps } from "./steps/machine.ts";
import { recallSteps, rememberSteps } from "./steps/note.ts";
import { calcText, convertText, daysText, expressText, shiftText, weekdayText } from "./steps/reckon.ts";
import { runSteps } from "./steps/run.ts";
import { searchSteps } from "./steps/search.ts";
import { containerLogSteps, containersSteps, journalSteps, servicesSteps } from "./steps/daemon.ts";
import { systemSteps } from "./steps/system.ts";
import { appendSteps, keepSteps, writeSteps } from "./steps/text_file.ts";
import { countSteps, listSteps, pickSteps, totalSteps, treeSteps } from "./steps/tree.ts";
import { fetchSteps } from "./steps/web.ts";

/** The program of `frame`, or its answer where no tool is needed. */
function stepsOf(frame: Frame, thread: Thread): Steps | string {
  switch (frame.do) {
    case "list":
      return listSteps(frame, thread);
    case "tree":
      return treeSteps(frame);
    case "pick":
      return pickSteps(frame, thread);
    case "count":
      return countSteps(frame);
    case "total":
      return totalSteps(frame, thread);
    case "exists":
      return existsSteps(frame, thread);
    case "read":
      return readSteps(frame, thread);
    case "measure":
      return measureSteps(frame, thread);
    case "stat":
      return statSteps(frame, thread);
    case "compare":
      return compareSteps(frame, thread);
    case "search":
      return searchSteps(frame, thread);
    case "system":
      return systemSteps(frame);
    case "git":
      return gitSteps(frame);
    case "history":
      return historySteps(frame);
    case "run":
      return runSteps(frame);
    case "help":
      return helpText(frame.topic);
    case "calc":
      return calcText(frame);
    case "convert":
      return convertText(frame);
    case "days":
      return daysText(frame);
    case "weekday":
      return weekdayText(frame);
    case "shift":
      return shiftText(frame);
    case "processes":
      return processesSteps(frame);
    case "ports":
      return portsSteps(frame);
    case "services":
      return servicesSteps(frame);
    case "journal":
      return journalSteps(frame);
    case "containers":
      return containersSteps(frame);
    case "container_log":
      return containerLogSteps(frame);
    case "remember":
      return rememberSteps(frame);
    case "recall":
      return recallSteps(frame);
    case "fetch":
      return fetchSteps(frame, thread);
    case "write":
      return writeSteps(frame, thread);
    case "append":
      return appendSteps(frame, thread);
    case "keep":
      return keepSteps(frame, thread);
    case "express":
      return expressText(frame, thread);
    case "recipe":
      return `unavailable: recipes cannot be run from here; harombe recipes run ${frame.name} runs it.`;
  }
}

/** `→ list_files {"path":"."}`: the call that a sentence became. */
function shownCall(ask: Ask): string {
  const args = JSON.stringify(ask.args);
  return `→ ${ask.name} ${args.length > 200 ? `${args.slice(0, 200)}…` : args}`;
}

export type Next = { ask: Ask } | { text: string };

/**
 * What follows after `results`, the results so far of the calls that this very function asked for, in order. The text
 * begins with the calls that were made. `offered` are the tools there are; a call to another is never asked for. A
 * result of another tool than the one asked for, or a failed one, ends the answer with its reason.
 */
export function next(frames: readonly Frame[], results: readonly ToolResult[], offered: ReadonlySet<string>): Next {
  const thread: Thread = { found: null, given: {}, give: {} };
  const made: string[] = [];
  const texts: string[] = [];
  const given = [...results];
  const known = new Map<string, ToolResult>();
  const answer = () => [...made, ...(made.length > 0 ? [""] : []), texts.join("\n\n")].join("\n");
  /** What the part that is done leaves for the next. */
  const leave = (said: string) => {
    thread.given = { text: said, ...thread.give };
    thread.give = {};
  };
  try {
    for (const frame of frames) {
      const steps = stepsOf(frame, thread);
      if (typeof steps === "string") {
        texts.push(steps);
        leave(steps);
        continue;
      }
      let step = steps.next();
      while (!step.done) {
        const ask = step.value;
        if (!offered.has(ask.name)) {
          throw new StepFailed(
            `unavailable: there is no tool ${ask.name} here, so nothing was done; \`harombe doctor\` says why.`,
          );
        }
        // The same call twice in one request is made once.
        const key = JSON.stringify([ask.name, ask.args]);
        const again = known.get(key);
        if (again !== undefined) {
          step = steps.next(again);
          continue;
        }
        const result = given.shift();
        if (result === undefined) return { ask };
        known.set(key, result);
        if (result.name !== ask.name) {
          throw new StepFailed(`Cannot go on: ${ask.name} was asked for and ${result.name} answered.`);
        }
        made.push(shownCall(ask));
        step = steps.next(result);
      }
      texts.push(step.value);
      leave(step.value);
    }
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    texts.push(error.message);
  }
  return { text: answer() };
}
