/** The HTTP and WebSocket side of the door: what waits for an approval. Mounted by `serve` alone. */
import { type Context, Hono } from "hono";
import * as z from "zod";
import { bearer, countTokens, type Guard, jsonBody, onlyHere, unknown } from "./api/guard.ts";
import { codeHash } from "./approvals/code.ts";
import type { Decisions } from "./approvals/decisions.ts";
import { Said } from "./approvals/queued.ts";
import type { Queue } from "./approvals/queue.ts";
import { answerOver, offeredToken, watchers } from "./approvals/watch.ts";

export type RoutesDeps = Guard & { queue: Queue; decisions: Decisions };

/** `code`: of a notification, in place of the token. `confirm`: of a CRITICAL call, its id once more. */
const Body = z.object({ code: z.string().max(40).optional(), confirm: z.string().max(40).optional() });
const ID = /^[a-z2-7]{10}$/;
const WATCHERS = 32;

/**
 * GET /api/approvals[?all=1], GET /api/approvals/:id, POST /api/approvals/:id/answer, WS /api/approvals/watch?after=CURSOR. JSON
 * alone. `close` ends the watchers.
 */
export function routes(deps: RoutesDeps): { app: Hono; close(): void } {
  const { queue, decisions } = deps;
  const app = new Hono();
  const tokens = countTokens(deps);
  const watching = watchers({ queue, decisions, tokens, most: WATCHERS });
  const known = bearer(tokens);
  const signalOf = (c: Context) => c.req.raw.signal;

  app.use(onlyHere(deps));

  app.get("/api/approvals/watch", async (c) => {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") return c.json({ error: "it is a WebSocket" }, 426);
    const token = offeredToken(c.req.header("sec-websocket-protocol"));
    if (token === null ? tokens.tooMany() : !tokens.right(token)) return unknown(c, tokens);
    if (!watching.room(token !== null)) return c.json({ error: `${WATCHERS} watch already` }, 503);
    const after = Number(c.req.query("after") ?? 0);
    if (!Number.isSafeInteger(after) || after < 0) return c.json({ error: "after is no cursor" }, 400);
    return await Promise.resolve(watching.serve(c.req.raw, { known: token !== null, after }));
  });

  app.get("/api/approvals", known, async (c) => {
    await decisions.expire(signalOf(c));
    const approvals = await queue.list({ all: c.req.query("all") === "1" }, signalOf(c));
    return c.json({ approvals, cursor: Math.max(0, ...approvals.map(({ cursor }) => cursor)) });
  });

  app.get("/api/approvals/:id", known, async (c) => {
    const id = c.req.param("id");
    return ID.test(id) ? c.json(await queue.find(id, signalOf(c))) : c.json({ error: "there is none" }, 404);
  });

  app.post("/api/approvals/:id/answer", async (c) => {
    const id = c.req.param("id");
    if (!c.req.header("authorization") && tokens.tooMany()) return unknown(c, tokens);
    if (c.req.header("authorization") !== undefined) {
      const refused = await known(c, () => Promise.resolve());
      if (refused) return refused;
    }
    const body = await jsonBody(c.req.raw);
    if ("status" in body) return c.json({ error: "the body is no JSON, too long or too slow" }, body.status);
    const about = Body.safeParse(body.value);
    if (!about.success || !ID.test(id)) return c.json({ error: "not understood" }, 400);
    const { code, confirm, ...rest } = body.value as Record<string, unknown> & z.infer<typeof Body>;
    const said = Said.safeParse(rest);
    if (!said.success) return c.json({ error: `not understood: ${said.error.issues[0].message}` }, 400);
    let speaker = { by: "holder of the API token", where: "http" };
    if (c.req.header("authorization") === undefined) {
      // A code is one for the request that it came with: it covers nothing that was shown beside it.
      const simple = (said.data.answer === "once" && said.data.also === undefined) || said.data.answer === "no";
      if (code === undefined || !simple || !await queue.tryCode(id, codeHash(id, code), signalOf(c))) {
        tokens.wrong();
        return unknown(c, tokens);
      }
      speaker = { by: "holder of the notification's code", where: "code" };
    }
    const { won, queued } = await answerOver(deps, { id, said: said.data, confirm, speaker }, signalOf(c));
    return c.json({ won, approval: queued }, won ? 200 : 409);
  });

  app.notFound(async (c) => (await known(c, () => Promise.resolve())) ?? c.json({ error: "there is none" }, 404));
  app.onError((error, c) => {
    if (c.req.raw.signal.aborted) return new Response(null, { status: 499 });
    if (error instanceof RangeError) {
      const status = error.message.startsWith("Cannot find") ? 404 : 400;
      return c.json({ error: error.message }, status);
    }
    return c.json({ error: "it cannot be done; harombe approvals list says why" }, 500);
  });
  return { app, close: watching.close };
}
