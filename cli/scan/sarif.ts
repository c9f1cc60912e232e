/** A scan as SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0). */
import { VERSION } from "../commands/version.ts";
import type { FoundIn, Scanned } from "./found.ts";

export const ruleOf = (kind: string): string => kind.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");

/** One run with a rule for each kind that was found. No value is in it. */
export function sarifOf({ found, skipped }: Scanned): unknown {
  const kinds = [...new Set(found.map(({ kind }) => kind))].sort();
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [{
      tool: {
        driver: {
          name: "harombe",
          version: VERSION,
          rules: kinds.map((kind) => ({ id: ruleOf(kind), shortDescription: { text: `A secret: ${kind}` } })),
        },
      },
      columnKind: "utf16CodeUnits",
      invocations: [{
        executionSuccessful: true,
        toolExecutionNotifications: skipped.map(({ path, reason }) => ({
          level: "note",
          message: { text: `Not looked at: ${path}: ${reason}` },
        })),
      }],
      results: found.map((one) => resultOf(one, kinds)),
    }],
  };
}

function resultOf(one: FoundIn, kinds: readonly string[]) {
  const { kind, path, line, column, endLine, endColumn, fingerprint, commit } = one;
  return {
    ruleId: ruleOf(kind),
    ruleIndex: kinds.indexOf(kind),
    level: "error",
    message: { text: `A secret (${kind})${commit === undefined ? "" : `, brought by commit ${commit}`}` },
    locations: [{
      physicalLocation: {
        artifactLocation: { uri: path.split("/").map(encodeURIComponent).join("/") },
        region: { startLine: line, startColumn: column, endLine, endColumn },
      },
    }],
    partialFingerprints: { "harombeSecret/v1": fingerprint },
    ...(commit === undefined ? {} : { properties: { commit } }),
  };
}
