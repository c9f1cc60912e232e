/** How many threads to compute with. */

/**
 * `most` or 1, whichever runs `work` faster; the first run is thrown away, for it reads the weights. Where other programs
 * keep the processors busy, the threads of llama.cpp wait for each other and many are slower than one by ten times
 * (measured 2026-11: 100 tokens/s with one, 6 to 8 with two on a busy machine of two processors).
 */
export async function fasterThreads(
  most: number,
  work: (threads: number) => Promise<void>,
  now: () => number,
): Promise<number> {
  if (most <= 1) return 1;
  await work(most);
  const timed = async (threads: number) => {
    const began = now();
    await work(threads);
    return now() - began;
  };
  const many = await timed(most);
  return await timed(1) < many ? 1 : most;
}
