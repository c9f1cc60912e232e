/** Display devices by `lspci -D -mm -nn` (pciutils): quoted fields, ids in brackets. Pure. */
import { type Gpu, vendorOf } from "./gpu.ts";

export type Display = { slot: string; vendor: Gpu["vendor"]; name: string };

/** Classes 0300 VGA, 0302 3D, 0380 display (pci.ids, class 03). */
const DISPLAY = /\[03(?:00|02|80)\]$/;

/** Every display device, in the order of the bus. */
export function parsePci(text: string): Display[] {
  return text.split("\n").flatMap((line): Display[] => {
    const [slot, rest] = split(line.slice(0, 2000));
    const [kind, maker, device] = [...rest.matchAll(/"([^"]*)"/g)].map(([, field]) => field);
    if (device === undefined || !DISPLAY.test(kind)) return [];
    const vendor = vendorOf(/\[([0-9a-f]{4})\]$/i.exec(maker)?.[1] ?? "");
    const bare = (field: string) => field.replace(/ ?\[[0-9a-f]{4}\]$/i, "");
    // "Navi 31 [Radeon RX 7900 XTX]": the name that people know is the one in brackets.
    const sold = /\[([^\]]+)\]$/.exec(bare(device))?.[1];
    const name = vendor === "other" ? `${bare(maker)} ${bare(device)}` : `${vendor} ${sold ?? bare(device)}`;
    return [{ slot, vendor, name }];
  });
}

function split(line: string): [string, string] {
  const at = line.indexOf(" ");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}
