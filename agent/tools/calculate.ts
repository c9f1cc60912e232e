/** `calculate`: exact arithmetic and units. */
import * as z from "zod";
import type { Tool } from "../../security/tool.ts";
import { answer } from "./bounded.ts";

const CalculateArguments = z.object({ expression: z.string().min(1).max(500) });

/** Reads nothing and changes nothing. */
export function calculateTool(): Tool<z.infer<typeof CalculateArguments>> {
  return {
    name: "calculate",
    description: "Exact arithmetic, units: 15% of 80, 5 km in mi.",
    parameters: CalculateArguments,
    needs: { files: "none", run: "none" },
    readOnly: true,
    assess: () => ({ risk: "LOW", reasons: ["only calculates"] }),
    effects: () => [],
    decisive: [],
    yields: () => null,
    targets: ({ expression }) => [expression],
    run: async ({ expression }) => {
      const { calculate } = await import("../calculate/answer.ts");
      const { text, ...data } = calculate(expression);
      return answer(text, data);
    },
  };
}
