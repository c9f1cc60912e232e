/** The risk of a shell line, from its text alone. */
import { type Assessment, higher, type Risk } from "../tool.ts";
import { disguises } from "../display.ts";
import { secretPath } from "./secret_path.ts";
import { DANGERS } from "./shell_dangers.ts";
import { parseShell } from "./shell_parse.ts";
import { whyNotReading } from "./shell_reads.ts";
import { readings } from "./shell_text.ts";

const LONGEST = 20_000;

/**
 * MEDIUM is the floor. Patterns found anywhere in the line, in any reading of it, only raise; LOW needs the
 * whole line to parse into listed reading commands with listed options, and no pattern to be found.
 */
export function assessShell(line: string): Assessment {
  if (line.length > LONGEST) {
    return { risk: "CRITICAL", reasons: [`the line is too long to judge: ${line.length} characters`] };
  }
  let risk: Risk = "MEDIUM";
  const reasons: string[] = [];
  const texts = [line, ...readings(line)];
  for (const danger of DANGERS) {
    if (!texts.some((t) => danger.pattern.test(t)) || reasons.includes(danger.reason)) continue;
    risk = higher(risk, danger.risk);
    reasons.push(danger.reason);
  }
  for (const disguise of disguises(line)) {
    risk = higher(risk, "HIGH");
    reasons.push(disguise);
  }
  for (const word of new Set(texts.flatMap((t) => t.split(/[\s;|&<>()={},:]+/)))) {
    const why = secretPath(word);
    if (why === null || !/[./]/.test(word)) continue;
    risk = higher(risk, "HIGH");
    reasons.push(`${word.slice(0, 80)}: ${why}`);
    break;
  }
  if (reasons.length > 0) return { risk, reasons };
  const commands = parseShell(line);
  if (commands === null) return { risk, reasons: ["the line cannot be judged whole: it is more than simple commands"] };
  const whyNot = commands.map(whyNotReading).find((why) => why !== null);
  return whyNot === undefined
    ? { risk: "LOW", reasons: [`only reads: ${[...new Set(commands.map((c) => c[0]))].join(", ")}`] }
    : { risk, reasons: [whyNot] };
}
