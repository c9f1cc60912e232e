/** `search_text`: lines that match, in linear time. */
import * as z from "zod";
import type { Tool } from "../../security/tool.ts";
import { answer, fitting } from "./bounded.ts";
import { assessRead, PathArgument, plainPath, targetPath } from "./tool_path.ts";

const SearchArguments = z.object({
  pattern: z.string().min(1).max(1000).describe("RE2 regular expression"),
  path: PathArgument.default(""),
  glob: z.string().max(256).optional(),
  literal: z.boolean().default(false),
  ignore_case: z.boolean().default(false),
  limit: z.int().min(1).max(1000).default(100),
});
type SearchArguments = z.infer<typeof SearchArguments>;

/** Reads lines that match in text files of `root`, in linear time. */
export function searchText(root: string): Tool<SearchArguments> {
  return {
    name: "search_text",
    description: "Find lines in text files.",
    parameters: SearchArguments,
    needs: { files: "read", run: "none" },
    readOnly: true,
    assess: ({ path }) => assessRead(root, path),
    effects: () => [],
    decisive: ["path"],
    yields: () => ({ kind: "file", name: "the workspace" }),
    targets: ({ path }) => [targetPath(root, path)],
    run: async ({ pattern, path, glob, literal, ignore_case, limit }, { sandbox: { files } }, signal) => {
      const at = await plainPath(files, { root, path }, signal);
      const options = { pattern, literal, ignoreCase: ignore_case, glob, hidden: false, limit };
      const found = await files.search(at, options, signal);
      const looked = `${found.filesRead} files read${
        found.filesSkipped ? `, ${found.filesSkipped} skipped (binary, large or secret)` : ""
      }`;
      if (found.matches.length === 0) return answer(`No match; ${looked}.`, found);
      const { text, left } = fitting(found.matches.map((match) => `${match.path}:${match.line}: ${match.text}`));
      const more = left > 0 || found.truncated
        ? `\n… ${left > 0 ? left : "some"} more matches; narrow path, glob or pattern`
        : "";
      return answer(`${text}${more}\n(${looked})`, found);
    },
  };
}
