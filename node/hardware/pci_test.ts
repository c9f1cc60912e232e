import assert from "node:assert/strict";
import { parsePci } from "./pci.ts";

/** Lines of lspci 3.10 as people posted them, with the domain that -D adds. */
Deno.test("display devices of lspci get the name that people know", () => {
  const text = `0000:00:00.0 "Host bridge [0600]" "Intel Corporation [8086]" "Device [14d8]" -rc0 -p00 "" ""
0000:00:02.0 "VGA compatible controller [0300]" "Intel Corporation [8086]" "Raptor Lake-S GT1 [UHD Graphics 770] [a780]" -rc1 -p00 "Gigabyte [1458]" "Device [d000]"
0000:01:00.0 "3D controller [0302]" "NVIDIA Corporation [10de]" "GA106M [GeForce RTX 3060 Mobile / Max-Q] [2520]" -ra1 "Lenovo [17aa]" "Device [3a5e]"
0000:03:00.0 "VGA compatible controller [0300]" "Advanced Micro Devices, Inc. [AMD/ATI] [1002]" "Navi 31 [Radeon RX 7900 XT/7900 XTX/7900M] [744c]" -rc8 -p00 "Sapphire [1da2]" "Device [e471]"
0000:05:00.0 "VGA compatible controller [0300]" "ASPEED Technology, Inc. [1a03]" "ASPEED Graphics Family [2000]" -r41 "" ""
0000:06:00.0 "VGA compatible controller [0300]" "Intel Corporation [8086]"
nonsense
`;
  assert.deepEqual(parsePci(text), [
    { slot: "0000:00:02.0", vendor: "Intel", name: "Intel UHD Graphics 770" },
    { slot: "0000:01:00.0", vendor: "NVIDIA", name: "NVIDIA GeForce RTX 3060 Mobile / Max-Q" },
    { slot: "0000:03:00.0", vendor: "AMD", name: "AMD Radeon RX 7900 XT/7900 XTX/7900M" },
    { slot: "0000:05:00.0", vendor: "other", name: "ASPEED Technology, Inc. ASPEED Graphics Family" },
  ]);
});
