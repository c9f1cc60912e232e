/** The tools that an agent begins with. */
import type { AnyTool, Assessment } from "../../security/tool.ts";
import { askUser } from "./ask_user.ts";
import { calculateTool } from "./calculate.ts";
import { dateMath } from "./date_math.ts";
import { editFile } from "./edit_file.ts";
import { findFiles } from "./find_files.ts";
import { gitRead } from "./git/git_read.ts";
import { listFiles } from "./list_files.ts";
import type { SecretsAt } from "./network.ts";
import { readFile } from "./read_file.ts";
import { runCode } from "./run_code.ts";
import { searchText } from "./search_text.ts";
import { shellTool } from "./shell.ts";
import { type Machine, systemInfo } from "./machine/system_info.ts";
import { writeFile } from "./write_file.ts";

export type ToolsFor = {
  /** The workspace, absolute: an absolute path in an argument means the same file as its relative one. */
  root: string;
  assessShell: (line: string) => Assessment;
  machine: Machine;
  /** Hosts that the owner always allows to runs of each kind. */
  allowed?: { shell: readonly string[]; code: readonly string[] };
  /** The owner's secrets that a run may use. */
  secretsAt?: SecretsAt;
};

/** All of them. None holds a power: each call gets its `Sandbox` from the gateway. */
export function defaultTools({ root, assessShell, machine, allowed, secretsAt }: ToolsFor): AnyTool[] {
  return [
    readFile(root),
    writeFile(root),
    editFile(root),
    listFiles(root),
    searchText(root),
    shellTool(assessShell, { allowed: allowed?.shell, secretsAt }),
    runCode({ allowed: allowed?.code, secretsAt }),
    askUser(),
    gitRead(root),
    systemInfo(machine),
    findFiles(root),
    dateMath(),
    calculateTool(),
  ];
}
