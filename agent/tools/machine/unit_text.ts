/** What systemctl says, as rows. Pure. */
import * as z from "zod";
import { jsonValue } from "../json_value.ts";

export type UnitRow = { name: string; active: string; sub: string; description: string };

const Said = z.array(z.object({
  unit: z.string(),
  active: z.string().default(""),
  sub: z.string().default(""),
  description: z.string().default(""),
}));

/** `systemctl list-units --output=json` (systemd 246 and later); null if it is no such list. */
export function unitRows(text: string): UnitRow[] | null {
  const parsed = Said.safeParse(jsonValue(text));
  return parsed.success
    ? parsed.data.map(({ unit, active, sub, description }) => ({ name: unit, active, sub, description }))
    : null;
}

/** `systemctl show`: lines `Name=value`, those without a value left out; null if there is none. */
export function propertiesOf(text: string): Record<string, string> | null {
  const pairs = text.split("\n").flatMap((line): [string, string][] => {
    const at = line.indexOf("=");
    const value = line.slice(at + 1).trim();
    return at > 0 && value !== "" && value !== "[not set]" ? [[line.slice(0, at), value]] : [];
  });
  return pairs.length > 0 ? Object.fromEntries(pairs) : null;
}
