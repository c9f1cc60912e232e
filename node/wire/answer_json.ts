/** A model's step as one JSON object, `{"answer": …}` or `{"tool": …, "arguments": …}`, read while it comes. */

/** What the object was. `prose` = no object at all: the server did not enforce the schema. */
export type Step =
  | { kind: "answer" }
  | { kind: "call"; name: string; arguments: string }
  | { kind: "prose" }
  /** `cut` = it ended too early; else it is not such an object. */
  | { kind: "broken"; cut: boolean };

export type AnswerJson = {
  /** Takes text as it comes; gives the answer's own text as far as it is known. */
  push(text: string): string;
  /** Called once at the end. */
  end(): Step;
};

const HEAD = '{"answer":"';
const ESCAPES: Record<string, string> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/**
 * Reads any split of the text, also within an escape or a surrogate pair, of which no half is given out. The text of an answer comes out as it is
 * decoded; a call is given whole at the end or not at all. Linear in what it is fed.
 */
export function answerJson(): AnswerJson {
  let state: "head" | "answer" | "closed" | "call" | "prose" | "garbage" = "head";
  let [raw, head, escape, high] = ["", "", "", ""];

  /** Takes one character; what it adds to the answer. */
  function take(c: string): string {
    switch (state) {
      case "head":
        return begin(c);
      case "answer":
        return within(c);
      case "closed":
        if (!/[\s}]/.test(c)) state = "garbage";
        else if (c === "}") head += c;
        return "";
      case "prose":
        return c;
      default:
        return "";
    }
  }

  function begin(c: string): string {
    if (/\s/.test(c)) return "";
    head += c;
    if (head === HEAD) state = "answer";
    else if (head.length === 1 && c !== "{") {
      state = "prose";
      return raw;
    } else if (!HEAD.startsWith(head)) state = "call";
    return "";
  }

  function within(c: string): string {
    if (escape === "") {
      if (c === '"') state = "closed";
      else if (c === "\\") escape = c;
      else return c;
      return "";
    }
    escape += c;
    if (escape.length === 2 && c !== "u") return unescaped(ESCAPES[c]);
    if (escape.length < 6) return "";
    return unescaped(/^\\u[0-9a-f]{4}$/i.test(escape) ? String.fromCharCode(parseInt(escape.slice(2), 16)) : undefined);
  }

  function unescaped(text: string | undefined): string {
    escape = "";
    if (text === undefined) state = "garbage";
    return text ?? "";
  }

  return {
    push(text) {
      const out: string[] = [];
      for (const c of text) {
        if (state !== "answer" && state !== "prose" && state !== "closed") raw += c;
        out.push(take(c));
      }
      const said = high + out.join("");
      high = /[\ud800-\udbff]$/.test(said) ? said.at(-1)! : "";
      return said.slice(0, said.length - high.length);
    },
    end() {
      if (state === "prose") return { kind: "prose" };
      if (state === "closed") return head.length === HEAD.length + 1 ? { kind: "answer" } : broken(head === HEAD);
      return state === "call" ? callIn(raw) : broken(state !== "garbage");
    },
  };
}

function broken(cut: boolean): Step {
  return { kind: "broken", cut };
}

function callIn(raw: string): Step {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return broken(!/\}\s*$/.test(raw));
  }
  if (typeof value !== "object" || value === null) return broken(false);
  const { tool, arguments: given = {} } = value as { tool?: unknown; arguments?: unknown };
  if (typeof tool !== "string" || typeof given !== "object" || given === null) return broken(false);
  return { kind: "call", name: tool, arguments: JSON.stringify(given) };
}
