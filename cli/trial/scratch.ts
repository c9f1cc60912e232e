/** The fresh folder that the launcher makes for `models test` and removes after it. */
import { writeFixtureRepository } from "./fixture_repository.ts";

/**
 * Makes it, 0700, with its repository. What a killed launcher leaves is removed by the next one: the name is one that
 * `openHouse` sweeps.
 */
export async function scratchFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: `harombe-${Deno.pid}-test-` }));
  const remove = () => Deno.remove(path, { recursive: true }).catch(() => {});
  try {
    await writeFixtureRepository(path);
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}
