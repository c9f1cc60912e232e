/** The fresh folder that the launcher makes for `doctor --sandbox` and removes after it. */
import { SEEDED } from "../../security/sandbox/probes/of_workspace.ts";

/** Makes it, 0700, with what the probes try to change. Swept like that of `models test` if the launcher is killed. */
export async function probeFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: `harombe-${Deno.pid}-test-` }));
  const remove = () => Deno.remove(path, { recursive: true }).catch(() => {});
  try {
    for (const [name, text] of Object.entries(SEEDED)) {
      const at = `${path}/${name}`;
      await Deno.mkdir(at.slice(0, at.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(at, text);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}
