/** Which size of model this machine runs well, and which model of a catalogue that is. Pure; every figure has its source. */
import type { Gpu } from "./hardware/gpu.ts";
import type { Hardware } from "./hardware/hardware.ts";
import { BITS_PER_WEIGHT, type Size, SIZES, weightBytes } from "./model_sizes.ts";

/** A model that could be fetched. Null = not known before it is asked for. */
export type Offer = {
  name: string;
  bytes: number | null;
  parameters: number;
  /** Of a mixture of experts: those that work on one token. */
  active?: number | null;
  quantization: string;
  contextLength: number | null;
};

/** Where the weights would lie, and how much of that a model may take. */
export type Room = {
  kind: "gpu" | "unified" | "memory";
  /** "12.0 GB of GPU memory (NVIDIA GeForce RTX 3060)". */
  what: string;
  bytes: number;
  /** Of `bytes`, what weights, context and buffers may take together. */
  usableBytes: number;
};

export type Recommendation<O extends Offer = Offer> = {
  room: Room | null;
  /** The largest class that fits; null if none does. */
  size: { label: string; parameters: number; quantization: string; contextLength: number; bytes: number } | null;
  /** The largest of the catalogue that fits memory and disk; null if none does. */
  model: O | null;
  /** One or two sentences for a person. */
  reason: string;
  /** Where the figures come from. */
  sources: string[];
};

/** Of a GPU's own memory: the rest is for the desktop, the driver and fragments (our margin, not measured). */
const GPU_SHARE = 0.9;
/**
 * Of memory that Apple's GPU shares: what Metal's recommendedMaxWorkingSetSize gave at 16 GB (10.67 GB,
 * abetlen/llama-cpp-python#687) and at 64 GB (48 GB, ggml-org/llama.cpp#1870); both 2023.
 */
const appleShare = (bytes: number) => bytes <= 36 * 2 ** 30 ? 2 / 3 : 3 / 4;
/** Of RAM, for a processor or a GPU that shares it: half stays for everything else (our margin). */
const MEMORY_SHARE = 0.5;
/** Without a GPU each token reads all weights through RAM: beyond this size answers come slower than people read (our estimate). */
const LARGEST_WITHOUT_GPU = 8.5e9;
const LARGEST_WITH_FEW_THREADS = 4.5e9;
const FEW_THREADS = 4;

const QUANTIZATION = "Q4_K_M";
const CONTEXTS = [32_768, 16_384, 8192, 4096];
/** The context that a class must hold to be recommended at all, if a smaller class could. */
const GOOD_CONTEXT = 8192;
/** Free room that a download leaves on its disk, bytes. */
const DISK_MARGIN = 1e9;

/** A GPU that holds nothing larger is passed over for RAM, if that holds more. */
const SMALL = 3.5e9;

/** What `hardware` can run; `catalogue` is what could be fetched. */
export function recommend<O extends Offer>(hardware: Hardware, catalogue: readonly O[]): Recommendation<O> {
  const sources = [BITS_PER_WEIGHT.source, SIZES.source];
  const [best, ...others] = roomsOf(hardware).map((room) => {
    const most = room.kind === "memory" ? largestWithoutGpu(hardware) : Infinity;
    return { room, most, size: sizeFor(room.usableBytes, most) };
  });
  if (best === undefined) {
    const reason = "The memory of this machine is not known, so no size can be recommended.";
    return { room: null, size: null, model: null, reason, sources };
  }
  const larger = others.find(({ size }) => size !== null && size.parameters > (best.size?.parameters ?? 0));
  const { room, most, size } = larger !== undefined && (best.size?.parameters ?? 0) < SMALL ? larger : best;
  const model = modelFor(catalogue, { room, most, diskBytes: hardware.stateDisk?.freeBytes ?? null });
  return { room, size, model, reason: reasonOf(room, size), sources };
}

/** Where weights could lie, best first: the larger of a vendor's GPUs together and memory that a GPU shares, then RAM. */
export function roomsOf(hardware: Hardware): Room[] {
  const own = groups(hardware.gpus.filter((gpu) => gpu.unified !== true && gpu.memoryBytes !== null));
  const ram = hardware.memoryBytes;
  const cards = own.toSorted((a, b) => b.bytes - a.bytes)[0];
  const shared = hardware.gpus.find((gpu) => gpu.unified === true && gpu.memoryBytes !== null);
  const rooms: Room[] = [];
  if (cards !== undefined) {
    rooms.push({
      kind: "gpu",
      what: `${gb(cards.bytes)} of GPU memory (${cards.gpus.map(({ name }) => name).join(" + ")})`,
      bytes: cards.bytes,
      usableBytes: Math.floor(cards.bytes * GPU_SHARE),
    });
  }
  if (shared !== undefined) {
    const bytes = Math.min(shared.memoryBytes!, ram ?? Infinity);
    const usable = shared.vendor === "Apple"
      ? bytes * appleShare(bytes)
      : Math.min(bytes * GPU_SHARE, (ram ?? bytes) * MEMORY_SHARE);
    rooms.push({
      kind: "unified",
      what: `${gb(bytes)} that ${shared.name} shares with the machine`,
      bytes,
      usableBytes: Math.floor(usable),
    });
  }
  rooms.sort((a, b) => b.usableBytes - a.usableBytes);
  if (ram === null) return rooms;
  const why = rooms.length > 0 ? ", for the GPU's is small" : " and no GPU whose memory is known";
  return [...rooms, {
    kind: "memory",
    what: `${gb(ram)} of RAM${why}`,
    bytes: ram,
    usableBytes: Math.floor(ram * MEMORY_SHARE),
  }];
}

/** GPUs of one vendor hold one model together; those of two do not. */
function groups(gpus: readonly Gpu[]): { gpus: Gpu[]; bytes: number }[] {
  const of = Map.groupBy(gpus, ({ vendor }) => vendor);
  return [...of.values()].map((group) => ({
    gpus: group,
    bytes: group.reduce((sum, gpu) => sum + gpu.memoryBytes!, 0),
  }));
}

function largestWithoutGpu({ cpu }: Hardware): number {
  const threads = cpu?.threads ?? null;
  return threads !== null && threads < FEW_THREADS ? LARGEST_WITH_FEW_THREADS : LARGEST_WITHOUT_GPU;
}

/** Weights, context and buffers of a class, bytes. */
export function needs(size: Size, contextLength: number, quantization = QUANTIZATION): number {
  return weightBytes(size.parameters, quantization)! + size.contextBytesPerToken * contextLength + SIZES.bufferBytes;
}

function sizeFor(usableBytes: number, most: number): Recommendation["size"] {
  const candidates = SIZES.classes.filter((size) => size.parameters <= most).toReversed();
  for (const least of [GOOD_CONTEXT, CONTEXTS.at(-1)!]) {
    for (const size of candidates) {
      const contextLength = CONTEXTS.find((context) => context >= least && needs(size, context) <= usableBytes);
      if (contextLength === undefined) continue;
      const { label, parameters } = size;
      return {
        label,
        parameters,
        quantization: QUANTIZATION,
        contextLength,
        bytes: Math.round(needs(size, contextLength)),
      };
    }
  }
  return null;
}

function modelFor<O extends Offer>(
  catalogue: readonly O[],
  { room, most, diskBytes }: { room: Room; most: number; diskBytes: number | null },
): O | null {
  const sized = catalogue.flatMap((offer) => {
    const bytes = offer.bytes ?? weightBytes(offer.parameters, offer.quantization);
    return bytes === null ? [] : [{ offer, bytes }];
  });
  const fits = ({ offer, bytes }: { offer: O; bytes: number }) => {
    // The context of the next larger class: a model's own layers are not in the catalogue.
    const like = SIZES.classes.find((size) => size.parameters >= offer.parameters * 0.95) ?? SIZES.classes.at(-1)!;
    const context = Math.min(GOOD_CONTEXT, offer.contextLength ?? GOOD_CONTEXT) * like.contextBytesPerToken;
    const inMemory = bytes + context + SIZES.bufferBytes <= room.usableBytes;
    // What each token reads decides the speed, and of a mixture of experts that is a part.
    const quick = (offer.active ?? offer.parameters) <= most;
    return inMemory && quick && (diskBytes === null || bytes + DISK_MARGIN <= diskBytes);
  };
  const [largest] = sized.filter(fits).toSorted((a, b) => b.offer.parameters - a.offer.parameters || b.bytes - a.bytes);
  return largest?.offer ?? null;
}

function reasonOf(room: Room, size: Recommendation["size"]): string {
  if (size === null) return `${room.what}: too little for any model of our table.`;
  const slow = room.kind === "memory" ? "; without a GPU a larger one would answer slowly" : "";
  return `${room.what}: up to ${size.label} at ${size.quantization} with ${
    size.contextLength / 1024
  }k context (estimated ${gb(size.bytes)}: weights, context and buffers)${slow}.`;
}

/** As the makers of memory count: powers of two. */
function gb(bytes: number): string {
  const value = bytes / 2 ** 30;
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} GB`;
}
